"""ACH against the bank: one file of payments out; acknowledgement, bookings, returns and statements in."""

import dataclasses
import datetime as dt
import itertools

import pytest
from django.db import transaction

from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_HELD, PAYOUT_CLEARING
from ledger.queries import balance
from payouts.models import BankEntry, BankMessage, Difference, PaymentFile
from payouts.operations.bank_messages import handle, keep, read_bank
from payouts.operations.reconciliation import reconcile
from payouts.operations.remittances import NoFreeMessageId, remit_together
from payouts.rails.ach import files_in, files_out, statements
from payouts.rails.interface import Order, Payment, Unpayable, UnreadableMessage
from payouts.states import State
from tests.factories.payouts import NOW, PayoutMethodFactory, approved_payout, remit
from tests.factories.people import CreatorFactory
from tests.payouts.bank import DOLLAR_NUMBER, OUR_DOLLARS, ROUTING

pytestmark = pytest.mark.django_db
WHOLE = 2_000_000
CLOSED = {"routing": ROUTING, "account": "0000000003", "account_type": "checking"}


@pytest.fixture
def dollars(us_paid_by_bank):
    return us_paid_by_bank


def approved(**details: str):
    creator = CreatorFactory(country="US")
    account = {"routing": "021000021", "account": "123456789", "account_type": "checking"}
    method = PayoutMethodFactory(owner=creator, kind="us_bank", country="US", details=account | details)
    return approved_payout(creator, method=method)


def stand(payout) -> tuple:
    """State, diamonds available and held, cents that left."""
    payout.refresh_from_db()
    accounts = [
        CREATOR_DIAMONDS_AVAILABLE.of(payout.creator_id),
        CREATOR_DIAMONDS_HELD.of(payout.creator_id),
        PAYOUT_CLEARING.platform("USD"),
    ]
    return (payout.state, *(balance(account) for account in accounts))


def sent(*payouts):
    remit_together(payout_ids=[payout.id for payout in payouts], at=NOW)
    return payouts


def hear(*messages: str) -> None:
    keep(channel="bank", raws=list(messages), at=NOW)
    handle(at=NOW)


class TestAPayment:
    def test_settles_when_the_bank_books_it(self, dollars):
        (payout,) = sent(approved())
        assert stand(payout) == (State.REMITTING, 0, WHOLE, 0)
        read_bank(at=NOW)
        assert payout.remittances.get().state == "accepted"
        dollars.advance(2)
        read_bank(at=NOW)
        assert stand(payout) == (State.PAID, 0, 0, payout.net)
        debits = BankEntry.objects.filter(what="debit").values_list("message__kind", "outcome")
        assert set(debits) == {("camt.054", "applied"), ("bai2", "repeated")}

    def test_is_compared_with_the_bank_s_statement(self, dollars):
        sent(approved(), approved())
        dollars.advance(2)
        read_bank(at=NOW)
        rows = [row for row in reconcile(at=NOW) if row.source.endswith(OUR_DOLLARS) and row.theirs]
        ((outcome, ours, theirs),) = [(row.outcome, row.ours, row.theirs) for row in rows]
        assert (outcome, ours, theirs) == ("agrees", 2, 2)
        assert not Difference.objects.exists()

    def test_is_missed_in_a_statement_that_leaves_it_out(self, dollars):
        dollars.behave("statement-gap", account="DOLLARS")
        sent(approved(), approved())
        dollars.advance(2)
        read_bank(at=NOW)
        reconcile(at=NOW)
        kinds = Difference.objects.filter(source__endswith=OUR_DOLLARS).order_by("kind")
        assert list(kinds.values_list("kind", flat=True)) == ["balance", "missing_there"]

    def test_goes_in_one_file_with_others_that_fail_by_themselves(self, dollars):
        good, closed = sent(approved(account_type="savings"), approved(**CLOSED))
        file = PaymentFile.objects.get()
        assert (file.payments, file.message_id) == (2, f"{ROUTING}-2603021200A")
        assert {payment["transaction_code"] for payment in dollars.payments()} == {"22", "32"}
        dollars.advance(2)
        read_bank(at=NOW)
        assert stand(good)[0] == State.PAID
        assert stand(closed)[:3] == (State.CANCELLED, WHOLE, 0)
        assert closed.remittances.get().code == "R02"
        assert BankEntry.objects.get(what="return").outcome == "repeated"

    def test_comes_back_whole_in_any_order_of_the_bank_s_words(self, dollars):
        dollars.behave("return-later", account="DOLLARS", days=1, reason="R03")
        (payout,) = sent(approved())
        dollars.advance(4)
        kinds = {"nacha.ack", "nacha.return", "camt.054"}
        words = [message for kind in kinds for message in dollars.messages(kind)]
        words += [statement for statement in dollars.messages("bai2") if "\n16," in statement]
        assert len(words) == 6
        for order in itertools.islice(itertools.permutations(sorted(words)), 0, 720, 31):
            with transaction.atomic():
                for message in order:
                    hear(message)
                assert stand(payout) == (State.RETURNED, WHOLE, 0, 0)
                assert not BankEntry.objects.filter(outcome__in=["parked", "waiting"]).exists()
                transaction.set_rollback(True)

    def test_waits_when_a_statement_tells_of_a_return_before_anyone_says_why(self, dollars):
        dollars.behave("return-later", account="DOLLARS", days=1, reason="R03")
        (payout,) = sent(approved())
        dollars.advance(4)
        hear(*dollars.messages("bai2"))
        assert stand(payout)[0] == State.PAID
        assert BankEntry.objects.get(what="return").outcome == "waiting"
        hear(*dollars.messages("nacha.return"))
        assert stand(payout)[0] == State.RETURNED
        assert "no such account" in payout.events.last().public_reason

    def test_fails_with_every_other_of_a_file_that_the_bank_refuses(self, dollars):
        dollars.behave("reject-file", account="DOLLARS")
        payouts = sent(approved(), approved())
        read_bank(at=NOW)
        assert [stand(payout)[:3] for payout in payouts] == [(State.FAILED, 0, WHOLE)] * 2

    def test_fails_when_our_account_is_short(self, dollars):
        dollars.behave("insufficient-funds", account="DOLLARS")
        dollars.change("DOLLARS", balance=1)
        (payout,) = sent(approved())
        read_bank(at=NOW)
        assert stand(payout)[:3] == (State.FAILED, 0, WHOLE)
        assert payout.events.last().code == "R01"

    def test_comes_back_when_our_account_closed_before_its_day(self, dollars):
        """A bank has no word for refusing one entry of a file it took: it sends the entry back, unbooked."""
        (payout,) = sent(approved())
        read_bank(at=NOW)
        dollars.change("DOLLARS", closed=True)
        dollars.advance(2)
        read_bank(at=NOW)
        assert stand(payout) == (State.REMITTING, 0, WHOLE, 0)
        assert BankEntry.objects.get(what="return").outcome == "waiting"

    def test_is_sent_once_though_nobody_heard_the_answer(self, dollars, settings):
        settings.BANK_URL = "http://127.0.0.1:9"
        (payout,) = sent(approved())
        settings.BANK_URL = dollars.url
        from payouts.operations.deliveries import ASK_AFTER, ask

        file = PaymentFile.objects.get()
        ask(file_id=file.id, at=NOW + ASK_AFTER)
        ask(file_id=file.id, at=NOW + 2 * ASK_AFTER)
        assert dollars.files_received() == len(dollars.payments()) == 1
        assert payout.remittances.get().state == "sent"

    def test_waits_for_the_next_minute_when_this_one_has_no_name_left_for_a_file(self, dollars, monkeypatch):
        monkeypatch.setattr(files_out, "MODIFIERS", "A")
        sent(approved())
        late = approved()
        with pytest.raises(NoFreeMessageId):
            remit(payout_id=late.id, at=NOW)
        assert stand(late)[:3] == (State.APPROVED, 0, WHOLE)
        assert remit(payout_id=late.id, at=NOW + dt.timedelta(minutes=1)).state == "sent"


PAYMENT = Payment(
    end_to_end_id="P23456789ABCD",
    amount=8_965,
    currency="USD",
    holder="Zoë Łuk",
    country="US",
    details={"routing": "021000021", "account": "123456789", "account_type": "checking"},
    text="Payout P23456789ABCD",
)
ORIGINATOR = files_out.Originator("Lumen", DOLLAR_NUMBER, ROUTING, "MOCK BANK")


class TestCredits:
    def test_writes_whole_blocks_of_plain_letters(self):
        payments = tuple(dataclasses.replace(PAYMENT, end_to_end_id=f"P{number}") for number in range(7))
        file = files_out.credits(Order(f"{ROUTING}-2603021200C", NOW, payments), ORIGINATOR)
        lines = file.splitlines()
        assert len(lines) % 10 == 0
        assert {len(line) for line in lines} == {94}
        assert file.isascii()
        assert lines[2][54:76].strip() == "ZOE LUK"
        assert lines[0][33] == "C"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"currency": "EUR"}, "AM03"),
            ({"amount": 0}, "AM01"),
            ({"amount": 100_000_000_00}, "AM02"),
            ({"details": PAYMENT.details | {"routing": "021000022"}}, "RC01"),
            ({"details": {}}, "RC01"),
            ({"details": PAYMENT.details | {"account": "12 34"}}, "AC01"),
            ({"details": PAYMENT.details | {"account": "1" * 18}}, "AC01"),
            ({"details": PAYMENT.details | {"account_type": "loan"}}, "AC14"),
            ({"end_to_end_id": "P" * 16}, "FF01"),
        ],
        ids=lambda value: value if isinstance(value, str) else "-".join(value),
    )
    def test_takes_nothing_that_would_be_cut_or_returned(self, changes, code):
        with pytest.raises(Unpayable) as refusal:
            files_out.check(dataclasses.replace(PAYMENT, **changes))
        assert refusal.value.code == code

    @pytest.mark.parametrize(
        ("day", "expected"),
        [
            (dt.date(2026, 7, 2), dt.date(2026, 7, 3)),  # the fourth is a Saturday: Friday is open
            (dt.date(2027, 7, 2), dt.date(2027, 7, 6)),  # the fourth is a Sunday: Monday is closed
            (dt.date(2026, 10, 9), dt.date(2026, 10, 13)),  # Columbus Day
            (dt.date(2026, 4, 2), dt.date(2026, 4, 3)),  # Good Friday is no holiday of the Federal Reserve
        ],
        ids=str,
    )
    def test_asks_for_a_day_on_which_dollars_settle(self, day, expected):
        assert files_out.effective_date(dt.datetime.combine(day, dt.time(12), dt.UTC)) == expected


class TestRead:
    @pytest.mark.parametrize(
        "raw",
        [
            "101",
            "101\n5220",
            *(f"ACKNOWLEDGEMENT{rest}" for rest in ("", " 1\nENTRY", " 1\nFILE x\nENTRY a b c d")),
        ],
        ids=["header", "short", "no-id", "no-file", "no-amount"],
    )
    def test_calls_what_it_does_not_know_unreadable(self, raw):
        with pytest.raises(UnreadableMessage):
            files_in.read(raw, our_accounts={})

    @pytest.mark.parametrize(
        "raw", ["01,", "01,a/\n99,1,1,2/", "01,a,b,x,y,1,,,2/"], ids=["cut", "few", "odd"]
    )
    def test_calls_a_statement_it_can_not_add_up_unreadable(self, raw):
        with pytest.raises(UnreadableMessage):
            statements.read(raw, our_accounts={})

    def test_takes_a_correction_for_no_return(self, dollars):
        (payout,) = sent(approved(**CLOSED))
        dollars.advance(2)
        (returned,) = dollars.messages("nacha.return")
        corrected = returned.replace("799R02", "798C01")
        (status,) = files_in.read(corrected, our_accounts={}).records
        assert (status.status, status.code, status.end_to_end_id) == ("CHNG", "C01", payout.reference)
        before = stand(payout)
        hear(corrected)
        entry = BankEntry.objects.get()
        assert (entry.outcome, "within six banking days" in entry.problem) == ("parked", True)
        assert stand(payout) == before

    def test_reads_all_that_the_bank_lays_out(self, dollars):
        sent(approved(), approved(**CLOSED))
        dollars.advance(3)
        read_bank(at=NOW)
        assert not BankMessage.objects.exclude(outcome="read").exists()
        assert {"ach.ack", "ach.return", "bai2", "camt.054"} <= set(
            BankMessage.objects.values_list("kind", flat=True)
        )

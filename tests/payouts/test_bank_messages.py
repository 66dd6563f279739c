import itertools

import pytest
from django.db import transaction

from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_HELD, PAYOUT_CLEARING
from ledger.queries import balance
from payouts import rails
from payouts.models import BankEntry, BankMessage
from payouts.operations import bank_messages
from payouts.operations.bank_messages import handle, keep, look_again, read_bank
from payouts.operations.remittances import remit_together
from payouts.rails.stripe.rail import StripeRail
from payouts.states import State
from tests.factories.payouts import NOW, PayoutMethodFactory, approved_payout, remit
from tests.factories.people import CreatorFactory
from tests.payouts.bank import OURS, amended

pytestmark = pytest.mark.django_db
WHOLE = 2_000_000  # diamonds, in hundredths


def sent(**arguments):
    payout = approved_payout(**arguments)
    remit(payout_id=payout.id, at=NOW)
    return payout


def to_account(iban: str):
    creator = CreatorFactory()
    return sent(creator=creator, method=PayoutMethodFactory(owner=creator, details={"iban": iban}))


def stand(payout) -> tuple:
    """State, diamonds available and held, cents that left."""
    payout.refresh_from_db()
    accounts = [
        CREATOR_DIAMONDS_AVAILABLE.of(payout.creator_id),
        CREATOR_DIAMONDS_HELD.of(payout.creator_id),
        PAYOUT_CLEARING.platform("EUR"),
    ]
    return (payout.state, *(balance(account) for account in accounts))


def hear(*messages: str) -> None:
    keep(channel="bank", raws=list(messages), at=NOW)
    handle(at=NOW)


ON_ITS_WAY = (State.REMITTING, 0, WHOLE, 0)
PAID = (State.PAID, 0, 0, 8_965)
CANCELLED = (State.CANCELLED, WHOLE, 0, 0)
FAILED = (State.FAILED, 0, WHOLE, 0)
RETURNED = (State.RETURNED, WHOLE, 0, 0)


class TestReadBank:
    def test_accepts_then_settles(self, bank):
        payout = sent()
        assert read_bank(at=NOW) == 1
        assert stand(payout) == ON_ITS_WAY
        assert payout.remittances.get().state == "accepted"
        bank.advance()
        read_bank(at=NOW)
        assert stand(payout) == PAID
        assert payout.remittances.get().settled_at == NOW
        assert payout.events.last().evidence["booked_date"] == "2026-03-03"

    def test_keeps_each_message_once(self, bank):
        sent()
        bank.advance(2)
        assert read_bank(at=NOW) > 0
        kept = BankMessage.objects.count()
        assert read_bank(at=NOW) == 0
        assert BankMessage.objects.count() == kept

    def test_reads_one_bank_though_another_surprises_us(self, bank, settings, monkeypatch):
        payout = sent()
        settings.PAYOUT_RAILS = {"stripe": "payouts.rails.stripe.rail.StripeRail"} | settings.PAYOUT_RAILS
        monkeypatch.setattr(StripeRail, "fetch", lambda self: 1 / 0)
        bank.advance()
        read_bank(at=NOW)
        assert stand(payout) == PAID

    def test_leaves_the_bank_s_mailbox_as_it_is(self, bank):
        sent()
        read_bank(at=NOW)
        assert len(bank.messages()) == 1

    def test_settles_once_though_the_statement_tells_it_again(self, bank):
        payout = sent()
        bank.advance(2)
        read_bank(at=NOW)
        assert stand(payout) == PAID
        debits = BankEntry.objects.filter(what="debit").values_list("message__kind", "outcome")
        assert set(debits) == {("camt.054", "applied"), ("camt.053", "repeated")}

    @pytest.mark.parametrize(
        ("iban", "code", "words"),
        [
            ("NL84MOCK0000000003", "AC04", "The bank account is closed. Add another bank account"),
            ("NL57MOCK0000000004", "RC01", "The bank could not be found"),
        ],
    )
    def test_gives_back_what_the_bank_rejects_for_good(self, bank, iban, code, words):
        payout = to_account(iban)
        read_bank(at=NOW)
        assert stand(payout) == CANCELLED
        event = payout.events.get(to_state=State.FAILED)
        assert event.code == code
        assert event.public_reason.startswith(words)
        assert event.evidence["message"] == "pain.002"
        assert (iban in event.evidence["text"], f"•••• {iban[-4:]}" in event.evidence["text"]) == (
            False,
            True,
        )

    def test_parks_an_acceptance_of_what_the_bank_had_refused(self, bank):
        bank.behave("reject-file")
        payout = sent()
        bank.behave("accept")
        other = sent()
        accepted = bank.messages("pain.002")[-1]
        assert "ACCP" in accepted
        first, second = (each.remittances.get() for each in (payout, other))
        mine = accepted.replace(second.end_to_end_id, first.end_to_end_id)
        hear(mine.replace(second.file.message_id, first.file.message_id))
        assert stand(payout) == FAILED
        assert BankEntry.objects.get().problem == "The bank takes on a payment that it had refused."

    def test_parks_one_payment_of_a_file_that_the_bank_takes_for_a_repetition(self, bank):
        payouts = [approved_payout(), approved_payout()]
        remit_together(payout_ids=[payout.id for payout in payouts], at=NOW)
        (accepted,) = bank.messages("pain.002")
        start = accepted.index("<TxInfAndSts>")
        reason = "<StsRsnInf><Rsn><Cd>DUPL</Cd></Rsn></StsRsnInf>"
        one = accepted[start:].replace("<TxSts>ACCP</TxSts>", f"<TxSts>RJCT</TxSts>{reason}", 1)
        hear(accepted[:start] + one)
        assert sorted(BankEntry.objects.values_list("outcome", flat=True)) == ["applied", "parked"]
        assert {stand(payout)[0] for payout in payouts} == {State.REMITTING}

    def test_fails_when_our_own_account_is_empty(self, bank):
        bank.behave("insufficient-funds")
        bank.change("ACME", balance=8_964)
        payout = sent()
        read_bank(at=NOW)
        assert stand(payout) == FAILED
        assert payout.events.last().code == "AM04"

    def test_fails_what_is_rejected_on_its_day(self, bank):
        payout = sent()
        read_bank(at=NOW)
        bank.change("ACME", closed=True)
        bank.advance()
        read_bank(at=NOW)
        assert stand(payout) == CANCELLED
        assert payout.events.last().code == "AC04"

    def test_fails_every_payment_of_a_file_that_is_rejected_as_a_whole(self, bank):
        payout = sent()
        (accepted,) = bank.messages("pain.002")
        group = accepted[: accepted.index("<OrgnlPmtInfAndSts>")] + "</CstmrPmtStsRpt></Document>"
        rejected = group.replace(
            "<GrpSts>ACCP</GrpSts>",
            "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>FF01</Cd></Rsn></StsRsnInf>",
        )
        hear(rejected)
        assert stand(payout) == FAILED

    def test_hears_of_a_refused_file_twice_and_fails_it_once(self, bank):
        bank.behave("reject-file")
        payout = sent()
        read_bank(at=NOW)
        assert stand(payout) == FAILED
        assert BankEntry.objects.get().outcome == "repeated"
        assert payout.events.filter(to_state=State.FAILED).count() == 1

    def test_does_not_fail_a_payment_because_its_file_came_twice(self, bank):
        payout = sent()
        rails.get("sepa").send(payout.remittances.get().file.message)
        read_bank(at=NOW)
        assert len(bank.messages("pain.002")) == 2
        assert stand(payout) == ON_ITS_WAY
        bank.advance()
        read_bank(at=NOW)
        assert stand(payout) == PAID

    def test_settles_what_a_silent_bank_books(self, bank):
        bank.behave("silent")
        payout = sent()
        read_bank(at=NOW)
        assert stand(payout) == ON_ITS_WAY
        assert payout.remittances.get().state == "sent"
        bank.advance()
        read_bank(at=NOW)
        assert stand(payout) == PAID

    def test_is_told_by_the_notification_what_a_statement_leaves_out(self, bank):
        bank.behave("statement-gap")
        payout = sent()
        bank.advance(2)
        read_bank(at=NOW)
        assert stand(payout) == PAID
        assert not BankEntry.objects.filter(message__kind="camt.053").exists()

    def test_gives_everything_back_when_a_payment_returns_days_later(self, bank):
        bank.behave("return-later", days=3, reason="AC04")
        payout = sent()
        bank.advance()
        read_bank(at=NOW)
        assert stand(payout) == PAID
        bank.advance(7)
        read_bank(at=NOW)
        assert stand(payout) == RETURNED
        assert payout.events.last().code == "AC04"
        returns = BankEntry.objects.filter(what="return")
        assert {entry.message.kind for entry in returns} == {"pacs.004", "camt.054", "camt.053"}
        assert sorted(entry.outcome for entry in returns) == ["applied", "repeated", "repeated"]

    def test_comes_to_the_same_in_any_order(self, bank):
        bank.behave("return-later", days=1, reason="MS03")
        payout = sent()
        bank.advance(2)
        messages = bank.messages("pain.002") + bank.messages("pacs.004") + bank.messages("camt.054")
        assert len(messages) == 4
        for order in itertools.permutations(messages):
            with transaction.atomic():
                for message in order:
                    hear(message, message)
                assert stand(payout) == RETURNED
                assert not BankEntry.objects.filter(outcome__in=["parked", "waiting"]).exists()
                transaction.set_rollback(True)

    def test_waits_for_the_booking_of_what_returned(self, bank):
        bank.behave("return-later", days=1, reason="MS03")
        payout = sent()
        bank.advance(4)
        (returned,) = bank.messages("pacs.004")
        hear(returned)
        assert stand(payout) == ON_ITS_WAY
        assert BankEntry.objects.get().outcome == "waiting"

    def test_parks_a_reference_that_we_never_sent(self, bank):
        payout = sent()
        bank.advance()
        (debit,) = bank.messages("camt.054")
        hear(amended(debit, EndToEndId="SOMEONE-ELSE"))
        assert stand(payout) == ON_ITS_WAY
        entry = BankEntry.objects.get()
        assert (entry.outcome, entry.problem) == ("parked", "We sent no payment with this reference.")

    @pytest.mark.parametrize("amount", ["89.64", "8965", "0.01", "89.650001", "89,65"])
    def test_parks_a_wrong_amount(self, bank, amount):
        payout = sent()
        bank.advance()
        (debit,) = bank.messages("camt.054")
        hear(amended(debit, Amt=amount))
        assert stand(payout) == ON_ITS_WAY
        assert BankEntry.objects.get().outcome == "parked"

    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            ("<EndToEndId>", "<InstrId>", "no reference"),
            ("DBIT", "????", "neither as a debit"),
            ("DBIT", "CRDT", "neither as a debit"),
        ],
    )
    def test_parks_what_says_too_little(self, bank, old, new, problem):
        payout = sent()
        bank.advance()
        (debit,) = bank.messages("camt.054")
        changed = debit.replace(old, new).replace(old.replace("<", "</"), new.replace("<", "</"))
        hear(changed)
        assert stand(payout) == ON_ITS_WAY
        entry = BankEntry.objects.get()
        assert entry.outcome == "parked"
        assert problem in entry.problem

    def test_parks_a_return_of_what_was_rejected(self, bank):
        bank.behave("return-later", days=1, reason="AC04")
        payout = sent()
        (accepted,) = bank.messages("pain.002")
        bank.advance(2)
        hear(accepted.replace("ACCP", "RJCT"), *bank.messages("pacs.004"))
        assert stand(payout) == FAILED
        assert BankEntry.objects.get(what="return").outcome == "parked"

    def test_finds_a_payment_by_its_own_reference_alone(self, bank):
        payout = sent()
        (accepted,) = bank.messages("pain.002")
        hear(amended(accepted, OrgnlMsgId="NOTPROVIDED"))
        assert payout.remittances.get().state == "accepted"

    def test_does_without_a_day_that_makes_no_sense(self, bank):
        payout = sent()
        bank.advance()
        (debit,) = bank.messages("camt.054")
        hear(amended(debit, Dt="tomorrow"))
        assert stand(payout) == PAID

    def test_infers_nothing_from_a_mailbox_that_is_none(self, bank, settings):
        payout = sent()
        settings.BANK_URL = f"{bank.url}/elsewhere"
        assert read_bank(at=NOW) == 0
        assert stand(payout) == ON_ITS_WAY

    def test_parks_a_wrong_currency(self, bank):
        payout = sent()
        bank.advance()
        (debit,) = bank.messages("camt.054")
        hear(debit.replace('Ccy="EUR"', 'Ccy="USD"'))
        assert stand(payout) == ON_ITS_WAY
        assert BankEntry.objects.get().outcome == "parked"

    def test_parks_another_account_s_entry(self, bank):
        payout = sent()
        bank.advance()
        (debit,) = bank.messages("camt.054")
        hear(debit.replace("NL41MOCK0000000001", "NL14MOCK0000000002"))
        assert stand(payout) == ON_ITS_WAY
        assert "not ours" in BankEntry.objects.get().problem

    def test_parks_a_part_that_comes_back(self, bank):
        bank.behave("return-later", days=1, reason="AC04")
        payout = sent()
        bank.advance()
        read_bank(at=NOW)
        bank.advance(2)
        (returned,) = bank.messages("pacs.004")
        hear(amended(returned, RtrdIntrBkSttlmAmt="50.00"))
        assert stand(payout) == PAID

    def test_parks_a_status_of_another_file(self, bank):
        payout = sent()
        (accepted,) = bank.messages("pain.002")
        hear(amended(accepted, OrgnlMsgId="SOMEONE-ELSE").replace("ACCP", "RJCT"))
        assert stand(payout) == ON_ITS_WAY

    def test_parks_a_booking_of_what_was_rejected(self, bank):
        payout = sent()
        (accepted,) = bank.messages("pain.002")
        hear(accepted.replace("ACCP", "RJCT"))
        assert stand(payout) == FAILED
        bank.advance()
        read_bank(at=NOW)
        assert stand(payout) == FAILED
        assert BankEntry.objects.get(what="debit").outcome == "parked"

    def test_parks_a_rejection_of_what_was_booked(self, bank):
        payout = sent()
        (accepted,) = bank.messages("pain.002")
        bank.advance()
        hear(*bank.messages("camt.054"), accepted.replace("ACCP", "RJCT"))
        assert stand(payout) == PAID

    @pytest.mark.parametrize("status", ["PDNG", "RCVD", "PART", "XXXX"])
    def test_infers_nothing_from_a_status_that_is_neither_yes_nor_no(self, bank, status):
        payout = sent()
        (accepted,) = bank.messages("pain.002")
        hear(accepted.replace("ACCP", status))
        assert stand(payout) == ON_ITS_WAY
        assert payout.remittances.get().state == "sent"

    def test_reads_the_rest_when_one_message_is_nonsense(self, bank):
        payout = sent()
        bank.advance()
        hear("<nonsense", "\ud800", "", *bank.messages())
        assert stand(payout) == PAID
        assert BankMessage.objects.filter(outcome="unreadable").count() == 3

    def test_goes_on_when_one_message_breaks_the_reader(self, bank, monkeypatch):
        payout = sent()
        bank.advance()
        real = bank_messages._facts
        broken = iter([RuntimeError("a bug of ours")])

        def facts(record):
            for problem in broken:
                raise problem
            return real(record)

        monkeypatch.setattr(bank_messages, "_facts", facts)
        hear(*bank.messages())
        assert stand(payout) == PAID
        assert BankMessage.objects.filter(outcome="waiting").count() == 1
        handle(at=NOW)
        assert not BankMessage.objects.filter(outcome="waiting").exists()

    def test_sees_no_difference_when_the_worker_died_before_reading(self, bank):
        payout = sent()
        bank.advance()
        keep(channel="bank", raws=bank.messages(), at=NOW)
        assert read_bank(at=NOW) == 0
        assert stand(payout) == PAID

    def test_infers_nothing_when_the_bank_is_down(self, bank, settings):
        payout = sent()
        settings.BANK_URL = "http://127.0.0.1:9"
        assert read_bank(at=NOW) == 0
        assert stand(payout) == ON_ITS_WAY

    def test_leaves_a_first_attempt_s_late_word_out_of_the_second(self, bank):
        from payouts.operations.moves import move

        payout = sent()
        (accepted,) = bank.messages("pain.002")
        rejected = accepted.replace("ACCP", "RJCT")
        hear(rejected)
        payout.refresh_from_db()
        move(payout, State.APPROVED, at=NOW)
        remit(payout_id=payout.id, at=NOW)
        hear(rejected.replace("MB-P002", "MB-AGAIN"))
        assert stand(payout) == ON_ITS_WAY


class TestLookAgain:
    def test_applies_what_has_been_put_right(self, bank, settings):
        payout = sent()
        bank.advance()
        settings.BANK_ACCOUNT_IBAN = "NL14MOCK0000000002"
        read_bank(at=NOW)
        entry = BankEntry.objects.get(what="debit")
        assert entry.outcome == "parked"
        settings.BANK_ACCOUNT_IBAN = OURS
        assert look_again(entry_id=entry.id, at=NOW).outcome == "applied"
        assert stand(payout) == PAID

    def test_leaves_what_still_does_not_fit(self, bank):
        payout = sent()
        bank.advance()
        (debit,) = bank.messages("camt.054")
        hear(amended(debit, Amt="1.00"))
        entry = BankEntry.objects.get()
        assert look_again(entry_id=entry.id, at=NOW).outcome == "parked"
        assert stand(payout) == ON_ITS_WAY

    def test_does_nothing_to_what_was_applied(self, bank):
        payout = sent()
        read_bank(at=NOW)
        entry = BankEntry.objects.get()
        assert look_again(entry_id=entry.id, at=NOW).decided_at == entry.decided_at
        assert stand(payout) == ON_ITS_WAY

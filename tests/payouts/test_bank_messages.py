import itertools

import pytest
from django.db import transaction

from payouts import rails
from payouts.models import BankEntry, BankMessage
from payouts.operations.bank_messages import read_bank
from payouts.operations.remittances import remit_together
from payouts.rails.stripe.rail import StripeRail
from payouts.states import State
from tests.factories.bank_messages import CANCELLED, FAILED, ON_ITS_WAY, PAID, RETURNED, hear, sent, stand
from tests.factories.payouts import NOW, PayoutMethodFactory, approved_payout
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db


def to_account(iban: str):
    creator = CreatorFactory()
    return sent(creator=creator, method=PayoutMethodFactory(owner=creator, details={"iban": iban}))


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

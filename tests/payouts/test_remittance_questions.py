"""Asking the bank about a payment of which it has said nothing."""

import datetime as dt

import pytest

from payouts import queries, rails
from payouts.audit import audit_payouts
from payouts.models import PaymentFile, PayoutRequest, Remittance
from payouts.operations.deliveries import ASK_AFTER, ask
from payouts.operations.remittances import remit_together
from payouts.states import State
from tests.factories.payouts import NOW, approved_payout, remit

pytestmark = pytest.mark.django_db
LATER = NOW + ASK_AFTER


class TestAsk:
    @pytest.fixture
    def lost(self, bank, settings):
        """A remittance that nobody heard back from, and the bank in reach again."""

        def make() -> Remittance:
            settings.BANK_URL = "http://127.0.0.1:9"
            remittance = remit(payout_id=approved_payout().id, at=NOW)
            settings.BANK_URL = bank.url
            return remittance

        return make

    def test_sends_the_same_message_when_the_bank_does_not_have_it(self, bank, lost):
        remittance = lost()
        assert queries.unanswered(before=NOW) == [remittance.file_id]
        ask(file_id=remittance.file_id, at=LATER)
        remittance.refresh_from_db()
        assert remittance.state == "sent"
        (payment,) = bank.payments()
        assert payment["msg_id"] == remittance.file.message_id

    def test_never_sends_a_file_of_which_the_bank_has_refused_a_payment(self, bank, settings):
        settings.BANK_URL = "http://127.0.0.1:9"
        payouts = [approved_payout(), approved_payout()]
        first, second = remit_together(payout_ids=[payout.id for payout in payouts], at=NOW).remittances
        settings.BANK_URL = bank.url
        Remittance.objects.filter(id=first.id).update(state="rejected")
        PayoutRequest.objects.filter(id=first.payout_id).update(state=State.FAILED)
        ask(file_id=second.file_id, at=LATER)
        second.refresh_from_db()
        assert (second.state, bank.files_received()) == ("unknown", 0)
        assert "has told of payments in it" in second.problem

    def test_does_not_send_what_the_bank_has(self, bank, lost):
        remittance = lost()
        rails.get("sepa").send(remittance.file.message)
        ask(file_id=remittance.file_id, at=LATER)
        remittance.refresh_from_db()
        assert remittance.state == "sent"
        assert PaymentFile.objects.get().receipt == {"asked": "The bank has it."}
        assert bank.files_received() == 1

    def test_leaves_it_to_whoever_has_it_in_hand(self, bank, lost):
        remittance = lost()
        ask(file_id=remittance.file_id, at=LATER - dt.timedelta(seconds=1))
        assert bank.files_received() == 0

    def test_stays_unknown_while_the_bank_does_not_answer(self, bank, lost, settings):
        remittance = lost()
        settings.BANK_URL = "http://127.0.0.1:9"
        ask(file_id=remittance.file_id, at=LATER)
        remittance.refresh_from_db()
        assert remittance.state == "unknown"
        assert queries.unanswered(before=NOW) == []
        assert queries.unanswered(before=LATER) == [remittance.file_id]

    def test_does_not_take_a_stranger_s_404_for_the_bank_s_word(self, bank, lost, settings):
        remittance = lost()
        settings.BANK_URL = f"{bank.url}/elsewhere"
        ask(file_id=remittance.file_id, at=LATER)
        remittance.refresh_from_db()
        assert remittance.state == "unknown"
        assert bank.files_received() == 0

    def test_takes_another_file_s_payment_for_what_it_is(self, bank, lost):
        remittance = lost()
        other = remittance.file.message.replace(remittance.file.message_id, "other-file")
        rails.get("sepa").send(other)
        assert not rails.get("sepa").holds(
            message_id=remittance.file.message_id, end_to_end_ids=[remittance.end_to_end_id]
        )

    def test_does_nothing_once_the_bank_was_heard(self, bank):
        remittance = remit(payout_id=approved_payout().id, at=NOW)
        ask(file_id=remittance.file_id, at=LATER)
        assert bank.files_received() == 1

    def test_takes_a_repeated_file_for_delivered(self, bank, lost, monkeypatch):
        """The first one was still on the line when the bank was asked."""
        from payouts.rails.bank.connections import HttpBank

        remittance = lost()
        rails.get("sepa").send(remittance.file.message)
        monkeypatch.setattr(HttpBank, "holds", lambda *_, **__: False)
        ask(file_id=remittance.file_id, at=LATER)
        remittance.refresh_from_db()
        assert remittance.state == "sent"
        assert PaymentFile.objects.get().receipt["reason"] == "DUPL"
        assert len(bank.payments()) == 1


class TestAudit:
    def test_notices_a_remittance_that_its_payout_does_not_follow(self, bank):
        remittance = remit(payout_id=approved_payout().id, at=NOW)
        assert audit_payouts() == []
        Remittance.objects.update(state="settled")
        (finding,) = audit_payouts()
        assert remittance.end_to_end_id in str(finding)
        Remittance.objects.update(state="sent", amount=1)
        assert len(audit_payouts()) == 2  # the payout was promised more, and so was the file
        Remittance.objects.update(amount=remittance.amount)

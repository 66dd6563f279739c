"""What the bank says that fits nothing, says too little or can't be read: nothing is inferred from it."""

import pytest

from payouts.models import BankEntry, BankMessage
from payouts.operations import bank_messages
from payouts.operations.bank_messages import handle, keep, look_again, read_bank
from payouts.states import State
from tests.factories.bank_messages import FAILED, ON_ITS_WAY, PAID, hear, sent, stand
from tests.factories.payouts import NOW, remit
from tests.payouts.bank import OURS, amended

pytestmark = pytest.mark.django_db


class TestWordsThatFitNothing:
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

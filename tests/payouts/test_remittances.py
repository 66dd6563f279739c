import dataclasses
import datetime as dt
from types import SimpleNamespace

import pytest
import requests

from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_HELD
from ledger.queries import balances
from payouts import rails
from payouts.models import PaymentFile, PayoutMethod, Remittance
from payouts.operations import deliveries
from payouts.operations.bank_messages import read_bank
from payouts.operations.deliveries import ASK_AFTER, ask
from payouts.operations.moves import MethodRetired
from payouts.operations.remittances import remit_together
from payouts.rails.interface import Refused
from payouts.rails.sepa.rail import SepaRail
from payouts.states import State
from tests.factories.payouts import NOW, PayoutMethodFactory, approved_payout, remit
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
LATER = NOW + ASK_AFTER


def money(payout) -> list[int]:
    accounts = [CREATOR_DIAMONDS_AVAILABLE.of(payout.creator_id), CREATOR_DIAMONDS_HELD.of(payout.creator_id)]
    found = balances(accounts)
    return [found[account] for account in accounts]


class TestRemit:
    def test_sends_a_real_payment_to_the_bank(self, bank):
        payout = approved_payout()
        before = money(payout)
        remittance = remit(payout_id=payout.id, at=NOW)
        payout.refresh_from_db()
        assert (payout.state, remittance.state, remittance.sent_at) == (State.REMITTING, "sent", NOW)
        (payment,) = bank.payments()
        assert payment["end_to_end_id"] == payout.reference
        assert payment["msg_id"] == remittance.file.message_id
        assert (payment["amount"], payment["currency"]) == (payout.net, "EUR")
        assert payment["creditor_iban"] == payout.method.details["iban"]
        assert money(payout) == before

    def test_sends_once_however_often_it_is_asked_to(self, bank):
        payout = approved_payout()
        remit(payout_id=payout.id, at=NOW)
        assert remit(payout_id=payout.id, at=NOW) is None
        assert Remittance.objects.count() == bank.files_received() == 1

    def test_keeps_the_message_unreadable_in_the_table(self, bank):
        from django.db import connection

        payout = approved_payout()
        remittance = remit(payout_id=payout.id, at=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SELECT message FROM payouts_paymentfile")
            assert payout.method.details["iban"] not in cursor.fetchone()[0]
        assert payout.method.details["iban"] in remittance.file.message

    def test_fails_what_can_not_be_paid_without_calling_the_bank(self, bank):
        creator = CreatorFactory()
        payout = approved_payout(creator, method=PayoutMethodFactory(owner=creator, details={"iban": "DE00"}))
        remittance = remit(payout_id=payout.id, at=NOW)
        payout.refresh_from_db()
        assert (payout.state, remittance.state, remittance.code) == (State.CANCELLED, "rejected", "AC01")
        assert "not valid" in payout.events.get(to_state=State.FAILED).public_reason
        assert bank.files_received() == 0
        assert money(payout) == [payout.diamonds, 0]

    def test_fails_a_file_that_the_bank_refuses(self, bank):
        bank.behave("reject-file")
        payout = approved_payout()
        before = money(payout)
        remittance = remit(payout_id=payout.id, at=NOW)
        payout.refresh_from_db()
        assert (payout.state, remittance.state, remittance.code) == (State.FAILED, "rejected", "FF01")
        assert money(payout) == before

    def test_leaves_it_unknown_when_the_bank_can_not_be_reached(self, bank, settings):
        settings.BANK_URL = "http://127.0.0.1:9"
        payout = approved_payout()
        before = money(payout)
        remittance = remit(payout_id=payout.id, at=NOW)
        payout.refresh_from_db()
        assert (payout.state, remittance.state) == (State.REMITTING, "unknown")
        assert remittance.problem == "The bank can't be reached: ConnectionError."
        assert money(payout) == before

    @pytest.mark.parametrize("status", [200, 202, 204, 301, 400, 401, 403, 404, 408, 413, 422, 429, 500, 503])
    def test_infers_nothing_from_other_answers(self, bank, monkeypatch, status):
        def answer(*_, **__):
            response = requests.Response()
            response.status_code = status
            response._content = b"<html>"
            return response

        monkeypatch.setattr(requests, "request", answer)
        payout = approved_payout()
        remittance = remit(payout_id=payout.id, at=NOW)
        payout.refresh_from_db()
        assert (payout.state, remittance.state) == (State.REMITTING, "unknown")

    def test_waits_where_no_rail_leads(self, settings):
        payout = approved_payout()
        settings.PAYOUT_RAILS = {}
        with pytest.raises(rails.NoRail):
            remit(payout_id=payout.id, at=NOW)
        payout.refresh_from_db()
        assert payout.state == State.APPROVED
        assert not Remittance.objects.exists()

    def test_never_pays_a_retired_account(self, bank):
        payout = approved_payout()
        PayoutMethod.objects.update(retired_at=NOW)
        with pytest.raises(MethodRetired):
            remit(payout_id=payout.id, at=NOW)
        payout.refresh_from_db()
        assert payout.state == State.APPROVED
        assert bank.files_received() == 0

    def test_gives_a_retry_references_of_its_own(self, bank):
        from payouts.operations.moves import move

        bank.behave("reject-file")
        payout = approved_payout()
        first = remit(payout_id=payout.id, at=NOW)
        payout.refresh_from_db()
        move(payout, State.APPROVED, at=NOW)
        bank.behave("accept")
        second = remit(payout_id=payout.id, at=NOW)
        assert (second.attempt, second.state) == (2, "sent")
        assert second.file.message_id != first.file.message_id
        assert second.end_to_end_id == f"{payout.reference}-2"


class TestARefusedFile:
    def test_fails_all_of_its_payouts_or_none(self, bank, monkeypatch):
        """Whatever stops it half-way: the next worker begins it anew, with all of them."""
        bank.behave("reject-file")
        payouts = [approved_payout(), approved_payout()]
        real, told = deliveries.fail_payout, []

        def fail(remittance, **arguments):
            told.append(remittance)
            if len(told) == 2:
                raise KeyboardInterrupt
            real(remittance, **arguments)

        monkeypatch.setattr(deliveries, "fail_payout", fail)
        with pytest.raises(KeyboardInterrupt):
            remit_together(payout_ids=[payout.id for payout in payouts], at=NOW)
        assert states(payouts) == [(State.REMITTING, "committed")] * 2
        monkeypatch.setattr(deliveries, "fail_payout", real)
        ask(file_id=PaymentFile.objects.get().id, at=LATER)
        read_bank(at=LATER)
        assert states(payouts) == [(State.FAILED, "rejected")] * 2

    def test_is_told_without_whole_accounts(self, bank, monkeypatch):
        def refuse(self, message):
            raise Refused("AC01", "Account DE89 3704 0044 0532 0130 00 is closed.")

        monkeypatch.setattr("payouts.rails.sepa.rail.SepaRail.send", refuse)
        remittance = remit(payout_id=approved_payout().id, at=NOW)
        event = remittance.payout.events.get(to_state=State.FAILED)
        assert remittance.problem == event.evidence["text"] == "Account •••• 3000 is closed."
        assert remittance.file.problem == remittance.problem


def states(payouts) -> list[tuple[str, str]]:
    for payout in payouts:
        payout.refresh_from_db()
    return [(payout.state, payout.remittances.get().state) for payout in payouts]


class TestReferences:
    def test_stay_as_short_as_ach_carries(self, bank):
        from payouts.operations import remittances

        payout = approved_payout()
        Remittance.objects.bulk_create(
            Remittance(
                payout=payout, attempt=number, rail="sepa", state="rejected", committed_at=NOW,
                end_to_end_id=f"{payout.reference}-{number}", amount=payout.net, currency="EUR",
            )
            for number in range(1, 10)
        )  # fmt: skip
        attempt = remittances._attempt(payout, NOW)
        assert (attempt.attempt, attempt.end_to_end_id) == (10, f"{payout.reference}-A")
        assert len(attempt.end_to_end_id) == 15


class TestRemitTogether:
    def test_takes_each_file_in_hand_before_it_is_sent(self, bank, monkeypatch):
        """What a slow bank held up may be asked about by somebody else meanwhile: then they have it."""
        from payouts.operations import remittances

        class ManyFiles(SepaRail):
            capabilities = dataclasses.replace(SepaRail.capabilities, most_payments=1)

        monkeypatch.setattr(rails, "get", lambda name: ManyFiles())
        passed = iter([0, 0, 20, 20, 20])
        monkeypatch.setattr(remittances, "time", SimpleNamespace(monotonic=lambda: next(passed)))
        payouts = [approved_payout() for _ in range(3)]
        send = deliveries.send

        def send_slowly(*, file, at):
            send(file=file, at=at)
            PaymentFile.objects.filter(remittances__payout=payouts[2].id).update(attempted_at=LATER)

        monkeypatch.setattr(deliveries, "send", send_slowly)
        remit_together(payout_ids=[payout.id for payout in payouts], at=NOW)
        taken = PaymentFile.objects.order_by("id").values_list("attempted_at", flat=True)
        assert list(taken) == [NOW, NOW + dt.timedelta(seconds=20), LATER]
        assert bank.files_received() == 2

    def test_sends_many_payments_in_one_file(self, bank):
        payouts = [approved_payout() for _ in range(3)]
        done = remit_together(payout_ids=[payout.id for payout in payouts], at=NOW)
        file = PaymentFile.objects.get()
        assert (file.payments, file.total, file.currency) == (3, 3 * 8_965, "EUR")
        assert {remittance.state for remittance in done.remittances} == {"sent"}
        assert not done.left
        assert bank.files_received() == 1
        paid = {payment["end_to_end_id"]: payment["msg_id"] for payment in bank.payments()}
        assert paid == {payout.reference: file.message_id for payout in payouts}

    def test_lets_no_payment_stop_another(self, bank):
        creator = CreatorFactory()
        unpayable = approved_payout(
            creator, method=PayoutMethodFactory(owner=creator, details={"iban": "DE00"})
        )
        retired, good = approved_payout(), approved_payout()
        PayoutMethod.objects.filter(id=retired.method_id).update(retired_at=NOW)
        before = money(retired)
        ids = [unpayable.id, retired.id, good.id, CreatorFactory().pk]
        done = remit_together(payout_ids=ids, at=NOW)
        states = []
        for payout in (unpayable, retired, good):
            payout.refresh_from_db()
            states.append(payout.state)
        assert states == [State.CANCELLED, State.APPROVED, State.REMITTING]
        assert {type(reason).__name__ for reason in done.left.values()} == {"MethodRetired", "UnknownPayout"}
        assert PaymentFile.objects.get().payments == len(bank.payments()) == 1
        assert money(retired) == before

    def test_passes_over_what_was_sent_when_it_is_repeated(self, bank):
        payouts = [approved_payout() for _ in range(2)]
        ids = [payout.id for payout in payouts]
        remit_together(payout_ids=ids[:1], at=NOW)
        remit_together(payout_ids=ids, at=NOW)
        assert remit_together(payout_ids=ids, at=NOW).remittances == []
        assert bank.files_received() == len(bank.payments()) == 2

    def test_makes_another_file_when_one_is_full(self, bank, monkeypatch):
        able = dataclasses.replace(rails.get("sepa").capabilities, most_payments=2)
        monkeypatch.setattr("payouts.rails.sepa.rail.SepaRail.capabilities", able)
        remit_together(payout_ids=[approved_payout().id for _ in range(3)], at=NOW)
        assert sorted(PaymentFile.objects.values_list("payments", flat=True)) == [1, 2]

    def test_fails_each_payment_of_a_file_that_the_bank_refuses(self, bank):
        bank.behave("reject-file")
        payouts = [approved_payout() for _ in range(2)]
        done = remit_together(payout_ids=[payout.id for payout in payouts], at=NOW)
        assert [remittance.code for remittance in done.remittances] == ["FF01", "FF01"]
        for payout in payouts:
            payout.refresh_from_db()
            assert payout.state == State.FAILED

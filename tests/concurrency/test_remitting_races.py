import pytest
from django.db import IntegrityError

from ledger.chart import PAYOUT_CLEARING
from ledger.queries import balance
from payouts.models import BankEntry, PayoutRequest, Remittance
from payouts.operations import deliveries, remittances
from payouts.operations.bank_messages import read_bank
from payouts.operations.deliveries import ASK_AFTER, ask
from payouts.states import State
from tests.concurrency.threads import PATIENCE, race
from tests.factories.payouts import NOW, approved_payout, remit

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 6


class TestRemit:
    def test_sends_once_when_workers_race(self, bank):
        payout = approved_payout()
        results = race(lambda _: remit(payout_id=payout.id, at=NOW), WORKERS)
        assert sum(isinstance(result, Remittance) for result in results) == 1
        assert results.count(None) == WORKERS - 1
        assert bank.files_received() == 1

    def test_would_be_stopped_by_the_table_alone_without_the_lock(self, bank, monkeypatch):
        """The control: without the lock workers do race, and only the constraint is left to stop them."""
        import threading

        payout = approved_payout()
        everyone_has_read = threading.Barrier(WORKERS)

        def unlocked(payout_id):
            found = PayoutRequest.objects.select_related("method").get(id=payout_id)
            everyone_has_read.wait(PATIENCE)
            return found

        monkeypatch.setattr(remittances, "locked", unlocked)
        results = race(lambda _: remit(payout_id=payout.id, at=NOW), WORKERS)
        assert sum(isinstance(result, IntegrityError) for result in results) == WORKERS - 1
        assert bank.files_received() == 1


class TestAsk:
    @pytest.fixture
    def lost(self, bank, settings):
        settings.BANK_URL = "http://127.0.0.1:9"
        remittance = remit(payout_id=approved_payout().id, at=NOW)
        settings.BANK_URL = bank.url
        return remittance

    def test_sends_again_once_when_workers_race(self, bank, lost):
        race(lambda _: ask(file_id=lost.file_id, at=NOW + ASK_AFTER), WORKERS)
        assert bank.files_received() == 1
        lost.refresh_from_db()
        assert lost.state == "sent"

    def test_would_send_more_without_the_guard_and_the_bank_pay_once(self, bank, lost):
        """The control: what each worker does once it has the row in hand."""
        race(lambda _: deliveries.send(file=lost.file, at=NOW), WORKERS)
        assert bank.files_received() == WORKERS
        assert len(bank.payments()) == 1
        lost.refresh_from_db()
        assert lost.state == "sent"


class TestReadBank:
    def test_settles_once_when_workers_race(self, bank):
        payout = approved_payout()
        remit(payout_id=payout.id, at=NOW)
        bank.advance(2)
        assert not [
            result for result in race(lambda _: read_bank(at=NOW), WORKERS) if not isinstance(result, int)
        ]
        read_bank(at=NOW)
        payout.refresh_from_db()
        assert payout.state == State.PAID
        assert balance(PAYOUT_CLEARING.platform("EUR")) == payout.net
        debits = BankEntry.objects.filter(what="debit").values_list("outcome", flat=True)
        assert sorted(debits) == ["applied", "repeated"]

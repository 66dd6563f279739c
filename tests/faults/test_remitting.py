"""Workers that die, lines that break, banks that go away: never a payment lost, never one made twice."""

import os
import signal
import subprocess
import sys

import pytest
import time_machine
from django.conf import settings as portal_settings
from django.db import connection

from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_HELD, PAYOUT_CLEARING
from ledger.queries import balance
from payouts import tasks
from payouts.models import Remittance
from payouts.operations.deliveries import ASK_AFTER
from payouts.rails.bank import connections as connection_module
from payouts.rails.sepa.rail import SepaRail
from payouts.states import State
from tests.factories.payouts import NOW, approved_payout, remit
from tests.faults.line import PATIENCE, Line
from tests.payouts.bank import OPENS, Bank
from tests.ports import free_port

LATER = NOW + ASK_AFTER
WORKER = f"""
import os, django, time_machine
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["WORKER_DATABASE"]
django.setup()
from payouts import tasks
with time_machine.travel("{NOW.isoformat()}", tick=False):
    settings.PAYOUT_BATCHES_NEED_APPROVAL = False
    tasks.prepare_batches()
    tasks.execute_batches()
"""


class ImpatientRail(SepaRail):
    """Gives up on the bank's answer at once."""

    def send(self, message: str) -> dict:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(connection_module, "ANSWER_SECONDS", 0.5)
            return super().send(message)


@pytest.fixture
def line(bank, settings):
    lines = []

    def make(fault: str) -> Line:
        lines.append(Line(bank.url, fault))
        settings.BANK_URL = lines[-1].url
        return lines[-1]

    yield make
    for made in lines:
        made.close()


def sweep() -> None:
    """What the schedule does once the bank can be reached, a while later."""
    with time_machine.travel(LATER, tick=False):
        tasks.prepare_batches()
        tasks.execute_batches()
        tasks.ask_about_unanswered()
        tasks.read_bank()


def assert_paid_once(bank, payout) -> None:
    sweep()
    bank.advance()
    sweep()
    sweep()
    payout.refresh_from_db()
    assert payout.state == State.PAID
    assert len(bank.payments()) == 1
    assert Remittance.objects.count() == 1
    assert payout.events.filter(to_state=State.PAID).count() == 1
    assert balance(PAYOUT_CLEARING.platform("EUR")) == payout.net
    assert balance(CREATOR_DIAMONDS_HELD.of(payout.creator_id)) == 0
    assert balance(CREATOR_DIAMONDS_AVAILABLE.of(payout.creator_id)) == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestAKilledWorker:
    @pytest.mark.parametrize(("fault", "at_the_bank"), [("stall_before", 0), ("stall_after", 1)])
    def test_neither_loses_nor_repeats_a_payment(self, bank, line, settings, fault, at_the_bank):
        payout = approved_payout()
        broken = line(fault)
        environment = os.environ | {
            "BANK_URL": broken.url,
            "WORKER_DATABASE": connection.settings_dict["NAME"],
        }
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER], env=environment, cwd=portal_settings.BASE_DIR
        )
        try:
            assert broken.reached.wait(PATIENCE), "the worker never called the bank"
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait(PATIENCE)
        assert len(bank.payments()) == at_the_bank
        payout.refresh_from_db()
        assert (payout.state, Remittance.objects.get().state) == (State.REMITTING, "committed")
        settings.BANK_URL = bank.url
        assert_paid_once(bank, payout)
        assert bank.files_received() == 1


@pytest.mark.django_db
class TestABrokenLine:
    @pytest.mark.parametrize("fault", ["hang_up_after", "answer_500_after"])
    def test_neither_loses_nor_repeats_a_payment(self, bank, line, fault):
        payout = approved_payout()
        line(fault)
        assert remit(payout_id=payout.id, at=NOW).state == "unknown"
        assert len(bank.payments()) == 1
        assert_paid_once(bank, payout)
        assert bank.files_received() == 1

    def test_that_delivers_late_what_was_sent_again_pays_once(self, bank, line, settings):
        payout = approved_payout()
        broken = line("stall_before")
        settings.PAYOUT_RAILS = {"sepa": "tests.faults.test_remitting.ImpatientRail"}
        remittance = remit(payout_id=payout.id, at=NOW)
        assert (remittance.state, len(bank.payments())) == ("unknown", 0)
        broken.fault = ""
        sweep()
        ImpatientRail().send(remittance.file.message)  # what stood in the line arrives after all
        assert bank.files_received() == 2
        assert_paid_once(bank, payout)


@pytest.mark.slow
@pytest.mark.django_db
class TestABankThatIsAway:
    def test_gets_the_payment_when_it_is_back(self, settings, tmp_path):
        port, store = free_port(), ("--db", str(tmp_path / "bank.sqlite"))
        settings.BANK_URL = f"http://127.0.0.1:{port}"
        payout = approved_payout()
        assert remit(payout_id=payout.id, at=NOW).state == "unknown"
        sweep()
        payout.refresh_from_db()
        assert (payout.state, Remittance.objects.get().state) == (State.REMITTING, "unknown")
        bank = Bank(port, *store)
        try:
            bank.wait()
            assert bank.day().isoformat() == OPENS[:10]
            with time_machine.travel(LATER + ASK_AFTER, tick=False):
                tasks.ask_about_unanswered()
            assert len(bank.payments()) == 1
            assert_paid_once(bank, payout)
        finally:
            bank.stop()

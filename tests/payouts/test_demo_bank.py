import pytest

from payouts import tasks
from payouts.operations import remittances
from payouts.rails.bank.demo_bank import PAUSE, bring_settlement_day
from payouts.states import State
from tests.factories.payouts import NOW, approved_payout, remit
from tests.payouts.bank import Bank
from tests.ports import free_port

pytestmark = pytest.mark.django_db


class TestBringSettlementDay:
    def test_moves_the_bank_to_the_day_its_payment_settles(self, bank, monkeypatch):
        monkeypatch.setattr("payouts.rails.bank.demo_bank.PAUSE", 0 * PAUSE)
        payout = approved_payout()
        remit(payout_id=payout.id, at=NOW)
        assert bring_settlement_day()
        assert bank.day().isoformat() == "2026-03-03"
        tasks.read_bank()
        payout.refresh_from_db()
        assert payout.state == State.PAID

    def test_leaves_time_to_see_it_on_its_way(self, bank):
        remit(payout_id=approved_payout().id, at=NOW)
        assert not bring_settlement_day()

    def test_leaves_the_bank_alone_while_nothing_waits(self, bank):
        assert not bring_settlement_day()

    def test_does_not_hurry_a_return(self, bank):
        bank.behave("return-later", days=1, reason="AC04")
        remit(payout_id=approved_payout().id, at=NOW)
        bank.advance()
        assert not bring_settlement_day()

    def test_happens_in_the_demo_alone(self, bank, settings, monkeypatch):
        settings.DEMO = False
        monkeypatch.setattr("payouts.rails.bank.demo_bank.bring_settlement_day", pytest.fail)
        tasks.bring_settlement_day()

    def test_is_no_matter_when_the_bank_is_away(self, settings):
        settings.DEMO, settings.BANK_URL = True, "http://127.0.0.1:9"
        tasks.bring_settlement_day()


class TestTheBankAsksWhoWeAre:
    def test_and_takes_payments_from_us_alone(self, settings):
        port = free_port()
        settings.BANK_URL = f"http://127.0.0.1:{port}"
        guarded = Bank(port, "--auth", "portal:secret")
        try:
            guarded.wait()
            settings.BANK_USER, settings.BANK_PASSWORD = "portal", "wrong"
            assert remit(payout_id=approved_payout().id, at=NOW).state == "unknown"
            settings.BANK_PASSWORD = "secret"
            assert remit(payout_id=approved_payout().id, at=NOW).state == "sent"
        finally:
            guarded.stop()


class TestTasks:
    def test_go_on_when_one_remittance_can_not_be_asked_about(self, bank, settings, monkeypatch):
        settings.BANK_URL = "http://127.0.0.1:9"
        lost = [remit(payout_id=approved_payout().id, at=NOW) for _ in range(2)]
        settings.BANK_URL = bank.url
        real = tasks.deliveries.ask

        def ask_about_all_but_the_first(*, file_id, at):
            if file_id == lost[0].file_id:
                raise RuntimeError("a bug of ours")
            return real(file_id=file_id, at=at)

        monkeypatch.setattr(tasks.deliveries, "ask", ask_about_all_but_the_first)
        tasks.ask_about_unanswered()
        for remittance in lost:
            remittance.refresh_from_db()
        assert [remittance.state for remittance in lost] == ["unknown", "sent"]

    def test_go_on_when_one_payout_can_not_be_sent(self, bank, settings, monkeypatch):
        settings.PAYOUT_BATCHES_NEED_APPROVAL = False
        payouts = [approved_payout(), approved_payout()]
        real = remittances._payment

        def all_but_the_first(payout, remittance):
            if payout.id == payouts[0].id:
                raise RuntimeError("a bug of ours")
            return real(payout, remittance)

        monkeypatch.setattr(remittances, "_payment", all_but_the_first)
        tasks.prepare_batches()
        tasks.execute_batches()
        for payout in payouts:
            payout.refresh_from_db()
        assert [payout.state for payout in payouts] == [State.APPROVED, State.REMITTING]

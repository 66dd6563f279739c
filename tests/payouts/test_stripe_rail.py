import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from ledger.queries import platform_balances
from payouts.models import BankEntry, BankMessage, PayoutPolicy, Recall
from payouts.operations.bank_messages import handle, keep, read_bank
from payouts.operations.deliveries import ASK_AFTER, ask
from payouts.operations.recalls import UnableToRecall, ask_again, recall
from payouts.queries import diamonds_of
from payouts.queries.recalls import unanswered_recalls
from payouts.rails.interface import Refused, UnreadableMessage
from payouts.rails.stripe import rail
from payouts.states import State
from tests.factories.payouts import NOW, PayoutMethodFactory, approved_payout, remit, reviewer
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db
LATER = NOW + ASK_AFTER + dt.timedelta(seconds=1)


@pytest.fixture
def payout(stripe_site):
    PayoutPolicy.objects.filter(region="EU").update(methods=["iban", "stripe"])
    creator = CreatorFactory()
    account = stripe_site.account()
    method = PayoutMethodFactory(owner=creator, kind="stripe", details={"account": account["id"]})
    return approved_payout(creator, method=method)


@pytest.fixture
def paid(payout):
    remit(payout_id=payout.id, at=NOW)
    read_bank(at=NOW)
    payout.refresh_from_db()
    assert payout.state == State.PAID
    return payout


def state_of(payout) -> tuple[str, str]:
    payout.refresh_from_db()
    return payout.state, payout.remittances.first().state


def tell(stripe_site, number: int) -> None:
    """Of a transfer that somebody else made over the same account."""
    transfer = {"id": f"tr_{number}", "amount": 5, "currency": "eur", "metadata": {}}
    with stripe_site.store.writing() as connection:
        stripe_site.store.create(connection, "event", type="transfer.created", data={"object": transfer})


class TestTransfers:
    def test_pay_once_and_settle_by_stripes_word(self, stripe_site, payout):
        remittance = remit(payout_id=payout.id, at=NOW)
        assert state_of(payout) == (State.REMITTING, "sent")
        (transfer,) = stripe_site.made("transfer")
        assert (transfer["amount"], transfer["currency"]) == (payout.net, "eur")
        assert transfer["destination"] == payout.method.details["account"]
        assert transfer["metadata"]["end_to_end_id"] == remittance.end_to_end_id == payout.reference
        for _ in range(2):
            read_bank(at=NOW)
        assert state_of(payout) == (State.PAID, "settled")
        assert BankMessage.objects.count() == 1
        assert BankEntry.objects.get().bank_reference == transfer["id"]
        assert diamonds_of(payout.creator_id).held == 0

    @pytest.mark.parametrize("broken", ["deaf", "dead"])
    def test_are_asked_about_after_an_unclear_answer_and_never_made_twice(self, stripe_site, payout, broken):
        stripe_site.app.config["BROKEN"] = broken
        remittance = remit(payout_id=payout.id, at=NOW)
        assert state_of(payout) == (State.REMITTING, "unknown")
        stripe_site.app.config["BROKEN"] = ""
        for moment in (LATER, LATER + ASK_AFTER):
            ask(file_id=remittance.file_id, at=moment)
        assert state_of(payout) == (State.REMITTING, "sent")
        assert len(stripe_site.made("transfer")) == 1

    def test_wait_for_money_without_taking_the_diamonds_from_anyone(self, stripe_site, payout):
        stripe_site.app.config["SHORT_OF_MONEY"] = True
        before = platform_balances()
        remit(payout_id=payout.id, at=NOW)
        assert state_of(payout) == (State.FAILED, "rejected")
        assert payout.events.last().code == "balance_insufficient"
        assert "ours to mend" in payout.events.last().public_reason
        assert platform_balances() == before

    def test_are_given_back_where_stripe_pays_the_account_no_more(self, stripe_site, payout):
        with stripe_site.store.writing() as connection:
            (account,) = stripe_site.store.all(connection, "account")
            stripe_site.store.save(connection, account | {"capabilities": {"transfers": "inactive"}})
        remit(payout_id=payout.id, at=NOW)
        assert state_of(payout) == (State.CANCELLED, "rejected")
        failed = payout.events.get(to_state=State.FAILED)
        assert failed.code == "insufficient_capabilities_for_transfer"
        assert "Do what Stripe asks of you" in failed.public_reason
        assert diamonds_of(payout.creator_id).available == payout.diamonds

    def test_come_back_when_reversed_at_stripe(self, stripe_site, paid):
        (transfer,) = stripe_site.made("transfer")
        stripe_site.reverse(transfer["id"], amount="65")
        read_bank(at=NOW)
        assert state_of(paid) == (State.PAID, "settled")
        assert BankEntry.objects.filter(outcome="parked").count() == 1
        stripe_site.reverse(transfer["id"])
        read_bank(at=NOW)
        assert state_of(paid) == (State.RETURNED, "returned")
        assert diamonds_of(paid.creator_id).available == paid.diamonds

    def test_of_which_we_know_nothing_are_parked(self, stripe_site, payout):
        tell(stripe_site, 1)
        read_bank(at=NOW)
        assert BankEntry.objects.get().outcome == "parked"
        payout.refresh_from_db()
        assert payout.state == State.APPROVED

    def test_that_stripe_can_not_have_written_are_unreadable(self, stripe_site):
        keep(channel="stripe", raws=["[]", '{"type": "transfer.created"}'], at=NOW)
        handle(at=NOW)
        assert set(BankMessage.objects.values_list("outcome", flat=True)) == {"unreadable"}
        with pytest.raises(UnreadableMessage):
            rail.StripeRail().read("null")


class TestFetch:
    def test_goes_on_where_it_stopped_oldest_first(self, stripe_site, monkeypatch):
        monkeypatch.setattr(rail, "OVERLAP", 2)
        for number in range(5):
            tell(stripe_site, number)
        read_bank(at=NOW)
        assert list(BankMessage.objects.order_by("id").values_list("sender_id", flat=True)) == [
            event["id"] for event in reversed(stripe_site.made("event"))
        ]
        tell(stripe_site, 5)
        fetched = rail.StripeRail().fetch()
        assert len(fetched) == 3
        assert '"tr_3"' in fetched[0]

    def test_reads_all_when_stripe_has_forgotten_the_place(self, stripe_site, monkeypatch):
        monkeypatch.setattr(rail, "OVERLAP", 0)
        tell(stripe_site, 1)
        read_bank(at=NOW)
        stripe_site.reset()
        tell(stripe_site, 2)
        assert len(rail.StripeRail().fetch()) == 1


class TestRecall:
    def caller(self):
        person = reviewer()
        person.user_permissions.add(Permission.objects.get(codename="recall_payout"))
        return type(person).objects.get(pk=person.pk)

    def recall(self, payout, **changes):
        facts = {"actor": self.caller(), "reason": "Paid twice by mistake.", "at": NOW} | changes
        return recall(remittance_id=payout.remittances.get().pk, **facts)

    def test_brings_the_money_back_by_stripes_word(self, stripe_site, paid):
        assert self.recall(paid).state == Recall.State.DONE
        assert state_of(paid) == (State.PAID, "settled")
        read_bank(at=NOW)
        assert state_of(paid) == (State.RETURNED, "returned")
        assert paid.events.last().code == "FOCR"
        assert diamonds_of(paid.creator_id).available == paid.diamonds

    @pytest.mark.parametrize("broken", ["deaf", "dead"])
    def test_is_asked_again_after_an_unclear_answer(self, stripe_site, paid, broken):
        stripe_site.app.config["BROKEN"] = broken
        asked = self.recall(paid)
        assert asked.state == Recall.State.ASKED
        stripe_site.app.config["BROKEN"] = ""
        assert unanswered_recalls(before=LATER) == [asked.pk]
        assert ask_again(recall_id=asked.pk, at=NOW).state == Recall.State.ASKED
        for moment in (LATER, LATER + 2 * ASK_AFTER):
            assert ask_again(recall_id=asked.pk, at=moment).state == Recall.State.DONE
        assert len(stripe_site.made("transfer_reversal")) == 1
        assert unanswered_recalls(before=LATER + ASK_AFTER) == []

    def test_is_refused_where_stripe_knows_no_transfer(self, stripe_site, paid):
        stripe_site.reset()
        assert self.recall(paid).state == Recall.State.REFUSED
        assert state_of(paid) == (State.PAID, "settled")
        with pytest.raises(Refused):
            rail.StripeRail().take_back(end_to_end_id="unknown", key="x")

    def test_needs_a_reason_and_a_permission(self, stripe_site, paid):
        before = platform_balances()
        for changes, code in (
            ({"reason": " "}, "missing_reason"),
            ({"actor": StaffFactory()}, "not_permitted"),
        ):
            with pytest.raises(UnableToRecall) as refusal:
                self.recall(paid, **changes)
            assert refusal.value.code == code
        assert platform_balances() == before
        assert not Recall.objects.exists()

    def test_is_nobodys_own(self, stripe_site, paid):
        creator = paid.creator
        creator.is_staff = creator.is_superuser = True
        creator.save()
        with pytest.raises(UnableToRecall) as refusal:
            self.recall(paid, actor=creator)
        assert refusal.value.code == "own_payout"

    def test_is_for_what_is_settled_and_once(self, stripe_site, payout):
        remit(payout_id=payout.id, at=NOW)
        with pytest.raises(UnableToRecall) as refusal:
            self.recall(payout)
        assert refusal.value.code == "wrong_state"
        read_bank(at=NOW)
        self.recall(payout)
        with pytest.raises(UnableToRecall) as refusal:
            self.recall(payout)
        assert refusal.value.code == "asked_already"

    def test_is_asked_for_on_the_remittances_page_with_a_reason(self, client, stripe_site, paid):
        caller = self.caller()
        caller.user_permissions.add(Permission.objects.get(codename="view_remittance"))
        client.force_login(caller)
        page = f"/admin/payouts/remittance/{paid.remittances.get().pk}"
        assert "Call it back" in client.get(f"{page}/change/").content.decode()
        assert client.get(f"{page}/actions/call_back/").status_code == 405
        assert "For our own record" in client.post(f"{page}/actions/call_back/").content.decode()
        assert client.post(f"{page}/actions/call_back/", {"reason": "", "confirmed": "1"}).status_code == 422
        assert not Recall.objects.exists()
        client.post(f"{page}/actions/call_back/", {"reason": "By mistake.", "confirmed": "1"})
        assert Recall.objects.get().state == Recall.State.DONE
        assert LogEntry.objects.get().change_message == "Called back: By mistake."
        shown = client.get(f"{page}/change/")
        assert not shown.context["objectactions"]
        assert "By mistake." in shown.text
        client.force_login(reviewer())
        again = {"reason": "x", "confirmed": "1"}
        assert client.post(f"{page}/actions/call_back/", again).status_code in {403, 404}

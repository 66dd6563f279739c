import datetime as dt

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.forms.models import model_to_dict
from django.urls import reverse

from ledger.queries import platform_balances
from payouts import queries
from payouts.gates import failed, gates
from payouts.models import PayoutPolicy, PayoutStop
from payouts.operations import stops
from payouts.operations.batches import prepare
from payouts.operations.policies import ClosesPayouts, announce_terms
from payouts.operations.requests import NotEligible, cancel, request_payout
from payouts.operations.review import MissingReason, NotPermitted
from payouts.states import State
from payouts.tasks import tell_of_openings, tell_of_stops
from portal.models import Notice
from tests.factories.payouts import (
    NOW,
    PayoutMethodFactory,
    approved_payout,
    fix_rates,
    give_diamonds,
    requested_payout,
)
from tests.factories.people import CreatorFactory, StaffFactory

pytestmark = pytest.mark.django_db
REASON = "The central bank is closed."
ADD = reverse("admin:payouts_payoutstop_add")


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def stopper():
    person = StaffFactory()
    codes = ["add_payoutstop", "lift_payoutstop", "view_payoutstop"]
    person.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return person


def stopped(**where) -> PayoutStop:
    return stops.stop(**where or {"country": "DE"}, reason=REASON, actor=stopper(), at=NOW)


def closed(creator) -> dict[str, str]:
    return {gate.code: gate.reason for gate in failed(gates(creator, NOW))}


def german():
    fix_rates()
    return PayoutMethodFactory().owner


class TestStop:
    @pytest.mark.parametrize("where", [{"country": "DE"}, {"rail": "sepa"}], ids=["country", "rail"])
    def test_closes_a_gate_with_its_reason_and_no_date(self, where, bank):
        creator = german()
        give_diamonds(creator, 2_000_000)
        stopped(**where)
        (gate,) = failed(gates(creator, NOW))
        assert REASON in gate.reason
        assert "we tell you when it" in gate.next_step
        assert gate.clears_on is None
        before = platform_balances()
        with pytest.raises(NotEligible):
            request_payout(
                creator=creator,
                diamonds=2_000_000,
                method_id=queries.method_in_use(creator.pk).pk,
                key="k",
                at=NOW,
            )
        assert platform_balances() == before

    @pytest.mark.parametrize("where", [{"country": "FR"}, {"rail": "ach"}], ids=["country", "rail"])
    def test_leaves_others_alone(self, where, bank):
        creator = german()
        give_diamonds(creator, 2_000_000)
        stopped(**where)
        assert not closed(creator)

    def test_keeps_what_was_approved_from_leaving_and_says_so(self, bank, client):
        payout = approved_payout(german())
        stopped()
        client.force_login(payout.creator)
        page = client.get(reverse("payouts:payout", args=[payout.pk])).text
        assert REASON in page
        assert "Expected in your account" not in page
        (batch,) = prepare(actor=None, at=NOW)
        item = batch.items.get()
        assert (item.state, item.code) == ("skipped", "country")
        assert not Notice.objects.filter(kind="payout_left_out").exists()  # one notice, of the stop

    def test_says_so_of_what_is_in_review_and_lets_its_creator_cancel(self, bank, client):
        payout = requested_payout(german())
        stopped()
        client.force_login(payout.creator)
        assert "leaves once this is settled" in client.get(reverse("payouts:payout", args=[payout.pk])).text
        (gate,) = (gate for gate in gates(payout.creator, NOW) if gate.code == "open_payout")
        assert "it says what keeps it" in gate.next_step
        assert gate.clears_on is None

    def test_is_refused_without_a_reason_a_permission_or_twice(self):
        with pytest.raises(MissingReason):
            stops.stop(country="DE", reason=" ", actor=stopper(), at=NOW)
        with pytest.raises(NotPermitted):
            stops.stop(country="DE", reason=REASON, actor=StaffFactory(), at=NOW)
        stopped()
        with pytest.raises(stops.AlreadyStopped):
            stopped()
        assert PayoutStop.objects.count() == 1


class TestCancel:
    def test_takes_back_what_was_approved_while_something_keeps_it(self, bank):
        payout = approved_payout(german())
        before = queries.diamonds_of(payout.creator.pk)
        stopped()
        payout = cancel(payout_id=payout.pk, creator=payout.creator, at=NOW)
        assert payout.state == State.CANCELLED
        after = queries.diamonds_of(payout.creator.pk)
        assert (after.available, after.held) == (before.available + before.held, 0)


class TestLift:
    def test_lets_payouts_go_on(self, bank):
        payout = approved_payout(german())
        stop = stopped()
        stops.lift(stop_id=stop.pk, actor=stopper(), at=NOW)
        (batch,) = prepare(actor=None, at=NOW)
        assert batch.items.get().payout == payout
        assert batch.planned_count == 1
        with pytest.raises(stops.UnknownStop):
            stops.lift(stop_id=stop.pk, actor=stopper(), at=NOW)
        stopped()

    def test_is_for_those_who_may(self):
        with pytest.raises(NotPermitted):
            stops.lift(stop_id=stopped().pk, actor=StaffFactory(), at=NOW)


class TestTell:
    @pytest.mark.parametrize("where", [{"country": "DE"}, {"rail": "sepa"}], ids=["country", "rail"])
    def test_reaches_those_concerned_once_and_again_when_it_is_over(self, where, bank):
        creator = german()
        CreatorFactory(country="US")
        stop = stopped(**where)
        for _ in range(2):
            tell_of_stops()
        told = Notice.objects.get(kind="payouts_stopped")
        assert (told.person, told.facts) == (creator, {"reason": REASON})
        stops.lift(stop_id=stop.pk, actor=stopper(), at=NOW)
        for _ in range(2):
            tell_of_stops()
        assert Notice.objects.get(kind="payouts_resumed").person == creator

    def test_says_nothing_of_one_that_was_lifted_before_anybody_knew(self):
        german()
        stops.lift(stop_id=stopped().pk, actor=stopper(), at=NOW)
        tell_of_stops()
        assert not Notice.objects.exists()


class TestTellOfOpenings:
    def test_reaches_creators_where_terms_opened_payouts_once(self, bank):
        creator = CreatorFactory(country="MA")  # no terms, nor a rail, as shipped
        german()
        tell_of_openings()
        assert not Notice.objects.exists()
        facts = model_to_dict(queries.policy_for("DE", NOW), exclude=["id"])
        announce_terms(policy=PayoutPolicy(**facts | {"region": "MA", "effective_at": NOW}), at=NOW)
        for _ in range(2):
            tell_of_openings()
        assert Notice.objects.get(kind="payouts_opened").person == creator

    def test_says_nothing_where_terms_only_changed(self, bank):
        german()
        facts = model_to_dict(queries.policy_for("DE", NOW), exclude=["id"])
        announce_terms(policy=PayoutPolicy(**facts | {"effective_at": NOW}), at=NOW)
        tell_of_openings()
        assert not Notice.objects.exists()


class TestAnnounceTerms:
    def test_closes_no_country(self):
        facts = model_to_dict(queries.policy_for("DE", NOW), exclude=["id"])
        terms = PayoutPolicy(**facts | {"effective_at": NOW + dt.timedelta(days=1), "methods": []})
        with pytest.raises(ClosesPayouts):
            announce_terms(policy=terms, at=NOW)


class TestAtTheDesk:
    def test_is_confirmed_after_what_it_stops_then_lifted(self, bank, client):
        requested_payout(german())
        client.force_login(stopper())
        facts = {"country": "DE", "rail": "", "reason": REASON}
        page = client.post(ADD, facts).text
        assert "€89.65 in 1" in page
        assert not PayoutStop.objects.exists()
        client.post(ADD, facts | {"confirmed": "1"})
        stop = PayoutStop.objects.get()
        assert "<strong>1</strong> Stopped payouts" in client.get(reverse("admin:index")).text
        lift = reverse("admin:payouts_payoutstop_actions", args=[stop.pk, "lift"])
        assert "What waited leaves" in client.post(lift).text
        client.post(lift, {"confirmed": "1"})
        stop.refresh_from_db()
        assert stop.lifted_at == NOW
        assert LogEntry.objects.filter(object_id=str(stop.pk)).count() == 2

    def test_takes_a_country_or_a_rail_and_tells_of_one_already_there(self, bank, client):
        client.force_login(stopper())
        both = {"country": "DE", "rail": "sepa", "reason": REASON, "confirmed": "1"}
        assert "one of them" in client.post(ADD, both).text
        for _ in range(2):
            page = client.post(ADD, both | {"rail": ""}, follow=True).text
        assert "stopped already" in page
        assert PayoutStop.objects.count() == 1

    def test_is_for_those_who_may(self, client):
        client.force_login(StaffFactory())
        assert client.post(ADD, {"country": "DE", "reason": REASON, "confirmed": "1"}).status_code == 403

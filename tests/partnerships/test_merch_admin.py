"""Merch at the desk: what failed, and what contradicts itself."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from partnerships.merch_states import DeliveryOutcome
from partnerships.models import MerchOrder, RawDelivery
from portal.queries.desk import piles
from tests.factories.partnerships_merch import order_payload, refund_payload, send, store_of
from tests.factories.people import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
CONFIRMED = {"confirmed": "1"}


@pytest.fixture
def flagged():
    store = store_of()
    send(store, order_payload(state="refunded"))
    return send(store, refund_payload("10.00")).order


@pytest.fixture
def failed():
    return send(store_of(), b"no json")


@pytest.fixture
def boss(client):
    boss = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(boss)
    return boss


def viewer(client, *names):
    person = StaffFactory()
    person.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(person)


def act(client, row, action, **told):
    name = f"admin:partnerships_{row._meta.model_name}_actions"
    return client.post(reverse(name, args=[row.pk, action]), told)


class TestTheDesk:
    def test_counts_what_waits_for_somebody(self, flagged, failed):
        counts = {pile.label: pile.rows.count() for pile in piles(StaffFactory())}
        assert counts["Merch orders that contradict themselves"] == 1
        assert counts["Store deliveries that failed"] == 1


class TestSettle:
    def test_shows_both_figures_and_asks_first(self, client, boss, flagged):
        asked = act(client, flagged, "settle").content.decode()
        assert "$64.00" in asked
        assert "$10.00" in asked
        assert MerchOrder.objects.get().looked_at is None
        act(client, flagged, "settle", **CONFIRMED)
        assert MerchOrder.objects.get().looked_by == boss
        assert LogEntry.objects.get().user == boss

    def test_needs_its_permission(self, client, flagged):
        viewer(client, "view_merchorder")
        assert act(client, flagged, "settle", **CONFIRMED).status_code == 403
        assert MerchOrder.objects.get().looked_at is None


class TestPlayAgain:
    def test_plays_and_is_logged(self, client, boss, failed):
        act(client, failed, "play_again", **CONFIRMED)
        assert RawDelivery.objects.get().outcome == DeliveryOutcome.FAILED
        assert "Played again: failed. This is not JSON." in LogEntry.objects.get().change_message

    def test_needs_its_permission(self, client, failed):
        viewer(client, "view_rawdelivery")
        assert act(client, failed, "play_again", **CONFIRMED).status_code == 403


class TestTheLists:
    @pytest.mark.parametrize("model", ["merchorder", "rawdelivery", "store"])
    def test_are_shown(self, client, boss, flagged, model):
        kept = {"merchorder": flagged, "rawdelivery": flagged.deliveries.first(), "store": flagged.store}[
            model
        ]
        for query in ("", "?standing=open", "?standing=none"):
            address = reverse(f"admin:partnerships_{model}_changelist") + query * (model == "merchorder")
            assert client.get(address).status_code == 200
        shown = client.get(reverse(f"admin:partnerships_{model}_change", args=[kept.pk])).content.decode()
        assert flagged.store.secret not in shown

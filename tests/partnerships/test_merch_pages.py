"""The creator's pages of merch."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from uuid_utils.compat import uuid7

from partnerships.merch_states import DeliveryOutcome, Platform, StoreState
from partnerships.models import ItemCost, MerchOrder, Store
from tests.factories.partnerships_merch import order_payload, refund_payload, send, store_of
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    return store_of(fee_fixed=30)


@pytest.fixture
def lumi(client, store):
    client.force_login(store.creator)
    return client


def told(answer) -> list[dict]:
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


def page(client, name, *args, **query):
    return client.get(reverse(f"partnerships:{name}", args=args), query)


class TestEveryPage:
    def test_is_the_creators_own(self, client, store):
        kept = send(store, order_payload())
        addresses = [
            ("store", store.pk),
            ("merch_order", kept.order_id),
            ("delivery", kept.pk),
            ("item_cost", store.pk),
        ]
        client.force_login(CreatorFactory())
        for name, pk in addresses:
            assert page(client, name, pk, product="cap").status_code == 404
        for name in ("rotate_secret", "pause_store", "resume_store", "remove_store"):
            assert client.post(reverse(f"partnerships:{name}", args=[store.pk])).status_code == 404
        assert client.post(reverse("partnerships:replay_delivery", args=[kept.pk])).status_code == 404
        store.refresh_from_db()
        assert store.state == StoreState.ACTIVE
        client.force_login(UserFactory())
        assert "It is for creators" in page(client, "merch").text

    @pytest.mark.parametrize("name", ["merch", "merch_orders", "merch_products", "stores", "connect_store"])
    def test_begins_with_what_to_do(self, client, name):
        client.force_login(CreatorFactory())
        assert page(client, name).status_code == 200


class TestOverview:
    def test_shows_what_the_period_earned(self, lumi, store, django_assert_num_queries):
        send(store, order_payload())
        send(store, refund_payload("15.00", lines=[{"line_id": "b", "quantity": 1, "amount": "15.00"}]))
        with django_assert_num_queries(6):
            shown = page(lumi, "merch").content.decode()
        assert 'data-earned="3970"' in shown  # 55.00 less 15.00 less 0.30
        assert shown.index("Shirt") < shown.index("Cap")
        march_3rd = page(lumi, "merch", first="2026-03-03", last="2026-03-03").content.decode()
        assert 'data-earned="5470"' in march_3rd
        assert page(lumi, "merch", first="nonsense").status_code == 200

    def test_compares_no_products_across_currencies(self, lumi, store, monkeypatch):
        monkeypatch.setattr("partnerships.queries.merch.TOP", 2)
        line = {"id": "a", "quantity": 1}
        for number, currency in enumerate(("USD", "JPY")):
            prices = zip(("mug", "pin", "hat"), (8 - number, 7, 9 + number), strict=True)
            lines = [line | {"id": name, "product_id": name, "title": name.title(), "unit_price": f"{price}0"}
                     for name, price in prices]  # fmt: skip
            send(store, order_payload(number, currency=currency, lines=lines))
        best = page(lumi, "merch").context["products"]
        assert [(each["currency"], each["name"], each["earned"]) for each in best] == [
            ("JPY", "Hat", 100),
            ("JPY", "Mug", 70),
            ("USD", "Hat", 90_00),
            ("USD", "Mug", 80_00),
        ]

    def test_is_what_the_csv_adds_up_to(self, lumi, store):
        line = {"id": "a", "product_id": "x", "title": "=HYPERLINK(1)", "quantity": 3, "unit_price": "0.35"}
        send(store, order_payload(lines=[line]))
        send(store, refund_payload("0.50"))
        shown = page(lumi, "merch").content.decode()
        rows = told(page(lumi, "merch_csv"))
        cents = sum(round(float(row["earned"]) * 100) for row in rows)
        assert f'data-earned="{cents}"' in shown
        assert "'=HYPERLINK(1)" in {row["product"] for row in rows}

    def test_leaves_no_row_out_of_the_csv_and_reads_them_as_it_goes(
        self, lumi, store, monkeypatch, django_assert_num_queries
    ):
        monkeypatch.setattr("partnerships.views.merch.MOST_LINES", 2, raising=False)
        assert told(page(lumi, "merch_csv")) == []
        for number in range(3):
            send(store, order_payload(number))
        with django_assert_num_queries(3):  # session, person, rows
            answer = page(lumi, "merch_csv")
            assert answer.streaming
            rows = told(answer)
        assert len(rows) == 9
        assert sum(Decimal(row["earned"]) for row in rows) == 3 * Decimal("54.70")


class TestOrders:
    def test_are_listed_in_a_fixed_number_of_queries(self, lumi, store, django_assert_num_queries):
        for number in range(3):
            send(store, order_payload(number))
        with django_assert_num_queries(6):
            shown = page(lumi, "merch_orders").content.decode()
        assert shown.count("/studio/merch/orders/0") == 3

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"text": "#1001"}, ["#1001"]),
            ({"text": "cap"}, ["#1002", "#1001"]),
            ({"state": "paid"}, ["#1002"]),
            ({"flagged": "on"}, ["#1001"]),
            ({"first": "2026-03-03"}, []),
            ({"state": "nonsense", "text": "\0"}, ["#1002", "#1001"]),
        ],
        ids=["number", "product", "state", "flagged", "day", "nonsense"],
    )
    def test_are_narrowed(self, lumi, store, query, found):
        send(store, order_payload(1, state="refunded"))
        send(store, order_payload(2, shipments=[]))
        shown = page(lumi, "merch_orders", **query)
        assert [str(order) for order in shown.context["page_obj"]] == found

    @pytest.mark.parametrize(("day", "found"), [("2026-03-02", 1), ("2026-03-03", 0)], ids=["utc", "local"])
    def test_are_narrowed_by_days_in_utc(self, lumi, store, day, found):
        store.creator.time_zone = "Pacific/Auckland"
        store.creator.save()
        send(store, order_payload(placed_at="2026-03-02T20:00:00Z"))
        shown = page(lumi, "merch_orders", first=day, last=day)
        assert shown.context["page_obj"].paginator.count == found
        assert page(lumi, "merch_orders", last="9999-12-31").status_code == 200

    def test_show_both_figures_of_one_that_contradicts_itself(self, lumi, store):
        send(store, order_payload(state="refunded"))
        send(store, refund_payload("10.00"))
        shown = page(lumi, "merch_order", MerchOrder.objects.get().pk).content.decode()
        assert "It says $64.00; what moved is $10.00." in shown


class TestAStore:
    def test_is_connected_step_by_step(self, lumi):
        facts = {"platform": "woocommerce", "name": "Second", "currency": "eur", "fee_percent": "2.9"}
        facts["key"] = str(uuid7())
        answer = lumi.post(reverse("partnerships:connect_store"), facts, follow=True)
        second = Store.objects.get(name="Second")
        assert (second.currency, second.fee_per_mille, second.secret) == ("EUR", 29, "")
        assert "Not connected yet" in answer.content.decode()
        shown = lumi.post(reverse("partnerships:rotate_secret", args=[second.pk])).content.decode()
        second.refresh_from_db()
        assert second.secret in shown
        assert f"/hooks/stores/{second.pk}/" in shown
        again = page(lumi, "store", second.pk).content.decode()
        assert second.secret not in again
        assert "Nothing received yet" in again

    def test_is_connected_once_however_often_its_form_is_sent(self, lumi):
        shown = page(lumi, "connect_store").context["form"]
        facts = {"platform": "generic", "name": "Second", "currency": "EUR", "key": str(shown["key"].value())}
        address = reverse("partnerships:connect_store")
        first, again = (lumi.post(address, facts) for _ in range(2))
        assert first["Location"] == again["Location"]
        assert Store.objects.count() == 2
        changed = lumi.post(address, facts | {"name": "Third"})
        assert changed.status_code == 422
        assert "sent before, with other facts" in changed.text
        lumi.force_login(CreatorFactory())
        assert lumi.post(address, facts).status_code == 422
        assert Store.objects.count() == 2

    @pytest.mark.parametrize(
        "facts",
        [{"currency": "XXX"}, {"platform": "etsy"}, {"fee_percent": "101"}, {"fee_fixed": "0.301"}],
        ids=["currency", "platform", "percent", "fee"],
    )
    def test_is_refused_beside_the_field(self, lumi, facts):
        given = {"platform": "shopify", "name": "Second", "currency": "EUR", "key": str(uuid7())} | facts
        answer = lumi.post(reverse("partnerships:connect_store"), given)
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == set(facts)
        assert Store.objects.count() == 1

    def test_takes_shopifys_key(self, client):
        store = store_of(platform=Platform.SHOPIFY)
        client.force_login(store.creator)
        address = reverse("partnerships:rotate_secret", args=[store.pk])
        assert client.post(address, {"secret": "short"}).status_code == 422
        assert client.post(address, {"secret": "a-second-key-of-shopify"}).status_code == 302
        store.refresh_from_db()
        assert store.secret == "a-second-key-of-shopify"

    def test_is_changed_paused_and_removed(self, lumi, store):
        address = reverse("partnerships:store", args=[store.pk])
        lumi.post(address, {"name": "New", "domain": "https://lumi.example/x", "fee_fixed": "0.5"})
        lumi.post(reverse("partnerships:pause_store", args=[store.pk]))
        store.refresh_from_db()
        assert (store.name, store.domain, store.fee_fixed) == ("New", "lumi.example", 50)
        assert store.state == StoreState.PAUSED
        lumi.post(reverse("partnerships:remove_store", args=[store.pk]))
        assert page(lumi, "store", store.pk).status_code == 404

    def test_lists_deliveries_and_plays_them_again(self, lumi, store, django_assert_num_queries):
        send(store, order_payload())
        failed = send(store, b"no json")
        with django_assert_num_queries(5):
            shown = page(lumi, "store", store.pk, outcome="failed").content.decode()
        assert shown.count("/studio/merch/deliveries/") == 1
        read = page(lumi, "delivery", failed.pk).content.decode()
        assert "no json" in read
        answer = lumi.post(reverse("partnerships:replay_delivery", args=[failed.pk]), follow=True)
        assert "It still can’t be read: This is not JSON." in answer.content.decode()
        failed.refresh_from_db()
        assert failed.outcome == DeliveryOutcome.FAILED


class TestACost:
    def test_is_set_from_a_day_on(self, lumi, store):
        send(store, order_payload())
        address = reverse("partnerships:item_cost", args=[store.pk]) + "?product=cap"
        assert lumi.post(address, {"cost": "4.001", "effective_date": "2026-03-01"}).status_code == 422
        assert lumi.post(address, {"cost": "4", "effective_date": "1026-03-01"}).status_code == 422
        assert lumi.post(address, {"cost": "4", "effective_date": "2026-03-01"}).status_code == 302
        kept = ItemCost.objects.get()
        assert (kept.cost, kept.effective_date) == (4_00, dt.date(2026, 3, 1))
        assert "$4.00" in page(lumi, "merch_products").content.decode()
        assert lumi.get(address.replace("cap", "hat")).status_code == 404

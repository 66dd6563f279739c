"""A creator connects a shop, and looks at what it told of."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from partnerships.models import Store
from tests.browser.walk import Walk
from tests.factories.partnerships_merch import order_payload, refund_payload, send
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_creator_sells_merch(page, live_server, login):
    creator, now = CreatorFactory(), timezone.now()
    stamp = f"{now - dt.timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    login(page, creator)
    walk = Walk(page, live_server.url)
    page.goto(live_server.url + reverse("partnerships:connect_store"))
    page.get_by_label("Another shop").check()
    page.get_by_label("Name").fill("Print fair")
    page.get_by_label("Currency").fill("EUR")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Make the secret").click()
    walk.look("a store with its secret")

    store = Store.objects.get()
    facts = {"currency": "EUR", "placed_at": stamp, "updated_at": stamp}
    send(store, order_payload(1, **facts, shipments=[{"id": "s1", "shipped_at": stamp}]), at=now)
    send(store, refund_payload("20.00", refunded_at=stamp), at=now)
    walk.see(reverse("partnerships:merch_orders"))
    expect(page.get_by_role("heading", name="Twelve months in EUR")).to_be_visible()
    page.get_by_role("link", name="#1001").click()
    expect(page.get_by_role("main")).to_contain_text("€20.00")
    walk.look("order")
    page.goto(live_server.url + reverse("partnerships:merch_products"))
    page.get_by_role("link", name="Set what Shirt costs").click()
    page.get_by_label("A piece costs you").fill("4.50")
    page.get_by_role("button", name="Save the cost").click()
    expect(page.get_by_role("status")).to_contain_text("counted anew")
    assert walk.wrong == []

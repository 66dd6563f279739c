"""A creator connects a shop, which tells of an order, and looks at what it earned."""

import datetime as dt
import json

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from standardwebhooks.webhooks import Webhook

from partnerships.models import Store
from partnerships.tasks import handle_store_deliveries
from tests.browser.walk import Walk
from tests.factories.partnerships_merch import order_payload, refund_payload
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_creator_sells_merch(page, live_server, login):
    login(page, CreatorFactory())
    walk = Walk(page, live_server.url)
    page.goto(live_server.url + reverse("partnerships:merch"))
    page.get_by_role("link", name="Connect a store").click()
    page.get_by_label("Another shop").check()
    page.get_by_label("Name").fill("Print fair")
    page.get_by_label("Currency").fill("EUR")
    page.get_by_label("Fees an order").fill("0.30")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Make the secret").click()
    secret = page.locator("[data-secret]").inner_text()
    address = page.locator(".secret-line code", has_text="/hooks/stores/").inner_text()
    walk.look("a store with its secret")

    stamp = f"{timezone.now() - dt.timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    shipped = [{"id": "s1", "shipped_at": stamp}]
    order = order_payload(currency="EUR", placed_at=stamp, updated_at=stamp, shipments=shipped)
    back = [{"line_id": "b", "quantity": 1, "amount": "15.00"}]
    for payload in (refund_payload("15.00", refunded_at=stamp, lines=back), order):
        body, kind = json.dumps(payload), payload["type"]
        now = timezone.now()
        headers = {"webhook-id": kind, "webhook-timestamp": str(int(now.timestamp()))}
        headers["webhook-signature"] = Webhook(secret).sign(kind, now, body)
        assert page.request.post(address, data=body + " ", headers=headers).status == 401
        assert page.request.post(address, data=body, headers=headers).status == 200
    handle_store_deliveries()

    page.goto(live_server.url + Store.objects.get().get_absolute_url())
    expect(page.get_by_role("region", name="What it sent").get_by_text("Done")).to_have_count(2)
    walk.see(reverse("partnerships:merch_orders"))
    expect(page.get_by_role("heading", name="Twelve months in EUR")).to_be_visible()
    page.get_by_role("link", name="#1001").click()
    expect(page.get_by_role("main")).to_contain_text("€15.00")
    walk.look("order")
    walk.see(reverse("partnerships:merch"))
    expect(page.locator("[data-earned]")).to_have_text("€39.70")  # 55.00 less 15.00 and 0.30
    expect(page.get_by_role("row").filter(has_text="Shirt")).to_contain_text("€40.00")
    page.goto(live_server.url + reverse("partnerships:merch_products"))
    page.get_by_role("link", name="Set what Shirt costs").click()
    page.get_by_label("A piece costs you").fill("4.50")
    page.get_by_label("From").fill(stamp[:10])
    page.get_by_role("button", name="Save the cost").click()
    expect(page.get_by_role("status")).to_contain_text("counted anew")
    handle_store_deliveries()
    page.goto(live_server.url + reverse("partnerships:merch"))
    expect(page.locator("[data-earned]")).to_have_text("€30.70")
    assert walk.wrong == []

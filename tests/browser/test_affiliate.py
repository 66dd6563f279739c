"""A creator joins a programme, makes a link and looks at what it brought."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from partnerships.models import AffiliateLink
from tests.browser.walk import Walk
from tests.factories.partnerships_affiliate import click, order, programme, tell
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_creator_recommends_a_shop(page, live_server, login):
    kim, now = CreatorFactory(), timezone.now()
    of = programme(name="Lamps & Co", at=now)
    login(page, kim)
    walk = Walk(page, live_server.url)
    walk.see(reverse("partnerships:affiliate"))
    walk.see(reverse("partnerships:affiliate_programmes"))
    walk.follow(page.get_by_role("link", name="Lamps & Co", exact=True), "terms")
    walk.follow(page.get_by_role("button", name="Accept and join"), "new link")
    page.get_by_label("Page of the shop").fill("https://shop.example/lamps")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    walk.look("link")

    found = order(click(AffiliateLink.objects.get(), at=now), at=now, order_id="10042")
    tell(of, "refunded", order_id=found.order_id, amount=3_333, at=now)
    walk.see(reverse("partnerships:affiliate"))
    walk.see(reverse("partnerships:affiliate_conversions"))
    walk.see(reverse("partnerships:affiliate_conversion", args=[found.pk]))
    walk.see(reverse("partnerships:go", args=["nobodys"]), status=404)
    assert walk.wrong == []

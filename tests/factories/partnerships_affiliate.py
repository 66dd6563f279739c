"""Affiliate programmes, links and orders made for tests, through the operations."""

import datetime as dt
import json
import uuid

from partnerships.models import AffiliateClick, AffiliateConversion, AffiliateLink, AffiliateProgramme
from partnerships.operations.affiliate_clicks import Visitor, follow
from partnerships.operations.affiliate_links import make_link
from partnerships.operations.affiliate_postbacks import receive
from partnerships.operations.affiliate_programmes import Pay, announce_rate, join, save_programme
from tests.factories.people import CreatorFactory, StaffFactory

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
TEN_PER_CENT = [Pay(basis_points=1_000)]


def boss():
    return StaffFactory(is_superuser=True)


def programme(*, pays=TEN_PER_CENT, at: dt.datetime = NOW, **facts) -> AffiliateProgramme:
    """Open, with a rate if it pays anything, at shop.example, in euros."""
    facts = {
        "name": f"Shop {uuid.uuid4().hex[:8]}",
        "about": "Things.",
        "terms": "Say that it is advertising.",
        "landing_url": "https://shop.example/",
        "hosts": ["shop.example"],
        "currency": "EUR",
    } | facts
    actor = boss()
    made = save_programme(programme=AffiliateProgramme(**facts), actor=actor, at=at)
    if pays:
        announce_rate(programme_id=made.pk, lines=pays, effective_at=at, actor=actor, reason="First.", at=at)
    return made


def link(*, of: AffiliateProgramme | None = None, creator=None, at: dt.datetime = NOW) -> AffiliateLink:
    of, creator = of or programme(at=at), creator or CreatorFactory()
    join(programme_id=of.pk, creator=creator, at=at)
    return make_link(key=uuid.uuid4(), creator=creator, programme_id=of.pk, at=at)


def click(on: AffiliateLink, *, at: dt.datetime = NOW, **facts) -> AffiliateClick:
    visitor = {"address": "203.0.113.7", "agent": BROWSER, "language": "en"} | facts
    follow(code=on.code, visitor=Visitor(**visitor), at=at)
    return AffiliateClick.objects.filter(link=on).latest("id")


def tell(of: AffiliateProgramme, kind: str, *, at: dt.datetime = NOW, event: str | None = None, **data):
    """What the merchant says, as a postback."""
    body = json.dumps({"type": f"conversion.{kind}", "data": data}, default=str)
    return receive(programme_id=of.pk, event_id=event or uuid.uuid4().hex, body=body, at=at)


def order(
    by: AffiliateClick, *, amount: int = 10_000, at: dt.datetime = NOW, order_id: str | None = None, **facts
) -> AffiliateConversion:
    """One that the click brought."""
    of, order_id = by.link.programme, order_id or uuid.uuid4().hex
    data = {"order_id": order_id, "amount": amount, "currency": of.currency, "click_id": str(by.pk)} | facts
    told = tell(of, "created", at=at, **data)
    assert told.outcome == "applied", told.detail
    return AffiliateConversion.objects.get(programme=of, order_id=order_id)

"""Two years of affiliate links: shops, clicks, orders, refunds, and one order that staff should look at."""

import datetime as dt
import hashlib
import json
import random
import uuid
from collections.abc import Iterator
from functools import partial
from operator import itemgetter

from uuid_utils.compat import uuid7

from partnerships.affiliate_states import ConversionState
from partnerships.models import AffiliateClick, AffiliateConversion, AffiliateLink, AffiliateProgramme
from partnerships.operations.affiliate_conversions import approve, make_payable
from partnerships.operations.affiliate_links import give_coupon, make_link
from partnerships.operations.affiliate_postbacks import receive
from partnerships.operations.affiliate_programmes import Pay, announce_rate, join, save_programme
from portal.demo import Act
from portal.models import User

DAYS, CLICKS, ORDERS = 730, 2_000, 80
SHOPS = (
    (
        "Tessellate Studio Gear", "tessellate.example", "EUR",
        "Lights, stands and microphones for people who stream from a small room.",
        [
            Pay(basis_points=800),
            Pay(basis_points=1_000, from_sales=50_000),
            Pay(product="RING-LIGHT", fixed=600),
        ],
    ),
    (
        "Papercrane Books", "papercrane.example", "USD",
        "Art books and zines, printed on demand.",
        [Pay(basis_points=1_200), Pay(product="GIFT-CARD", basis_points=200)],
    ),
)  # fmt: skip
LINKS = (
    (0, "Desk tour video", "/kits/desk"),
    (0, "Stream panel: light", "/lights/ring?size=18"),
    (0, "Microphone review", "/audio/m3"),
    (1, "Sketchbook haul", "/zines"),
    (1, "Christmas list", "/gifts"),
)
REFERRERS = ("video.example", "video.example", "photos.example", "forum.example", "")
COUNTRIES = ("DE", "DE", "DE", "AT", "FR", "NL", "US", "GB", "")
TERMS = (
    "Say in every post that the link is advertising. Don't bid on the shop's name in search engines, and "
    "don't buy through your own links.\n\nOrders that are sent back, or that are your own, earn nothing."
)


def acts(people: dict[str, User], now: dt.datetime) -> list[Act]:
    """Nothing where they were told before. Shops, links and clicks are there from the beginning."""
    lumi = people["creator@demo.test"]
    if AffiliateProgramme.objects.exists():
        return []
    began, chance = now - dt.timedelta(days=DAYS), random.Random(20)  # noqa: S311
    admin = people["admin@demo.test"]
    shops = [_shop(*facts, actor=admin, at=began) for facts in SHOPS]
    for shop in shops:
        join(programme_id=shop.pk, creator=lumi, at=began)
    links = [_link(shops[number], lumi, label, path, began) for number, label, path in LINKS]
    give_coupon(programme_id=shops[0].pk, creator=lumi, code="LUMI10", actor=admin, from_at=began)
    steps = [
        *_steps(_clicks(links, chance, began, now), chance, now),
        (now - dt.timedelta(days=2), partial(_own_order, links[0], lumi)),
        (now, partial(_announce, shops[1], admin)),
    ]
    return sorted(steps, key=itemgetter(0))


def _announce(shop: AffiliateProgramme, admin: User, at: dt.datetime) -> None:
    announce_rate(
        programme_id=shop.pk,
        lines=[Pay(basis_points=1_000), Pay(product="GIFT-CARD", basis_points=200)],
        effective_at=at + dt.timedelta(days=21),
        actor=admin,
        reason="Printing has become dearer.",
        at=at,
    )


def _shop(name, host, currency, about, pays, *, actor: User, at) -> AffiliateProgramme:
    made = save_programme(
        programme=AffiliateProgramme(
            name=name,
            about=about,
            terms=TERMS,
            landing_url=f"https://{host}/",
            hosts=[host],
            currency=currency,
        ),
        actor=actor,
        at=at,
    )
    announce_rate(
        programme_id=made.pk, lines=pays, effective_at=at, actor=actor, reason="Its first rate.", at=at
    )
    return made


def _link(shop: AffiliateProgramme, lumi: User, label: str, path: str, at: dt.datetime) -> AffiliateLink:
    target = f"https://{shop.hosts[0]}{path}"
    return make_link(
        key=uuid.uuid4(), creator=lumi, programme_id=shop.pk, at=at, target_url=target, label=label
    )


def _followed(link: AffiliateLink) -> dict:
    """Of a click: where, and what its orders are promised."""
    shop = link.programme
    return {"link": link, "window_days": shop.window_days, "hold_days": shop.hold_days}


def _clicks(links, chance: random.Random, began: dt.datetime, now: dt.datetime) -> list[AffiliateClick]:
    """More of them as time goes by."""
    span = (now - began - dt.timedelta(days=1)).total_seconds()
    followed = chance.choices(links, weights=(5, 4, 3, 2, 1), k=CLICKS)
    clicks = [
        AffiliateClick(
            id=uuid7(),
            **_followed(link),
            at=began + dt.timedelta(seconds=span * chance.random() ** 0.6),
            country=chance.choice(COUNTRIES),
            referrer_host=chance.choice(REFERRERS),
            dropped=chance.choices(["", "bot", "repeat"], weights=(90, 7, 3))[0],
        )
        for link in followed
    ]
    return AffiliateClick.objects.bulk_create(clicks, batch_size=1_000)


def _steps(clicks: list[AffiliateClick], chance: random.Random, now: dt.datetime) -> Iterator[Act]:
    """(moment, what happens then) of orders, of what was sent back, and of holds that ended."""
    for number, click in enumerate(chance.sample([each for each in clicks if not each.dropped], ORDERS)):
        ordered = min(click.at + dt.timedelta(hours=chance.randint(1, 100)), now)
        shop, order_id, amount = click.link.programme, str(10_400 + number), chance.randint(900, 24_000)
        facts = {"amount": amount, "currency": shop.currency, "click_id": str(click.pk)}
        if shop.currency == "EUR" and chance.random() < 0.25:
            facts["items"] = [{"product": "RING-LIGHT", "amount": amount // 2}]
        if shop.currency == "EUR" and chance.random() < 0.15:
            facts["coupon"] = "LUMI10"
        yield ordered, partial(_told, shop, "created", order_id, facts)
        if chance.random() < 0.15:
            sent_back = ordered + dt.timedelta(days=chance.randint(2, 45))
            part = {} if chance.random() < 0.5 else {"amount": amount // 3}
            if sent_back < now:
                yield sent_back, partial(_told, shop, "refunded", order_id, part)
        ended = ordered + dt.timedelta(days=shop.hold_days)
        if ended < now:
            yield ended, partial(_hold_ends, shop, order_id)


def _told(shop: AffiliateProgramme, kind: str, order_id: str, facts: dict, at: dt.datetime) -> None:
    body = json.dumps({"type": f"conversion.{kind}", "data": {"order_id": order_id, **facts}})
    receive(programme_id=shop.pk, event_id=f"{kind}-{order_id}", body=body, at=at)


def _hold_ends(shop: AffiliateProgramme, order_id: str, at: dt.datetime) -> None:
    found = AffiliateConversion.objects.get(programme=shop, order_id=order_id)
    if found.state == ConversionState.HELD and not found.needs_review:
        approve(conversion_id=found.pk, at=at)
        make_payable(conversion_id=found.pk, at=at)


def _own_order(link: AffiliateLink, lumi: User, at: dt.datetime) -> None:
    """Lumi bought something through Lumi's own link: a reviewer is told."""
    click = AffiliateClick.objects.create(**_followed(link), at=at, dropped=AffiliateClick.Dropped.OWN)
    email = hashlib.sha256(lumi.email.encode()).hexdigest()
    facts = {"amount": 12_900, "currency": "EUR", "click_id": str(click.pk), "buyer": {"email_sha256": email}}
    _told(link.programme, "created", "10399", facts, at)

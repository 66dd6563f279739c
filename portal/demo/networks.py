"""Lumi's commissions at four networks elsewhere: reports as these export them, one after the other."""

import datetime as dt
import random
from collections.abc import Iterator

from partnerships.models import NetworkCommission
from partnerships.network_states import Network
from partnerships.operations.imports import confirm, upload
from partnerships.operations.networks import set_payday
from portal.models import User

DAYS = 720
AMAZON = (
    "Category,Name,ASIN,Seller,Tracking ID,Date Shipped,Price(€),Items Shipped,Returns,Revenue(€),Ad Fees(€),"
    "Device Type Group"
)
AWIN = (
    "id,publisher_id,sale_amount,commission,date,commission_status,validation_date,extra,type,decline_reason,"
    "paid_to_publisher,advertiser_name,currency,sale_currency"
)
CJ = (
    "Commission ID,Posting Date,Event Date,Status,Advertiser Name,Order ID,SID,Sale Amount (USD),"
    "Publisher Commission (USD),Correction Reason"
)
IMPACT = (
    "Action Id,Campaign,Action Tracker,Status,Action Date,Locking Date,Actual Clearing Date,Sale Amount,"
    "Action Earnings,Currency,Sub Id 1,OID"
)
PRODUCTS = (
    ("Camera & Photo", "Ring light, 18 inch", "B0LUMI0001", 5990),
    ("Musical Instruments", "Microphone arm", "B0LUMI0002", 3450),
    ("Office Products", "Sketchbook A4, 120 pages", "B0LUMI0003", 1495),
    ("Home", "Desk mat, fireflies", "B0LUMI0004", 2290),
)


def tell(people: dict[str, User], now: dt.datetime) -> None:
    """Nothing where it was told before."""
    lumi = people["creator@demo.test"]
    if NetworkCommission.objects.filter(creator=lumi).exists():
        return
    earlier = now - dt.timedelta(days=30)
    for name, at, lines in (
        ("awin-transactions-spring.csv", earlier, [AWIN, *_awin(now, seen=earlier)]),
        ("Fee-Earnings.csv", now, [f"Fee-Earnings reports until {now:%Y-%m-%d}", AMAZON, *_amazon(now)]),
        ("awin-transactions.csv", now, [AWIN, *_awin(now, seen=now), _impossible(now)]),
        ("commission-detail.csv", now, ["Commission Detail", CJ, *_cj(now)]),
        ("AdvancedActionListing.csv", now, [IMPACT, *_impact(now)]),
    ):
        content = "\r\n".join(lines).encode("utf-8-sig")
        brought = upload(owner=lumi, dialect="affiliate-networks", name=name, content=content, at=at)
        confirm(owner=lumi, import_id=brought.pk, at=at)
    paid_until = (now.date().replace(day=1) - dt.timedelta(days=60)).replace(day=1) - dt.timedelta(days=1)
    set_payday(creator=lumi, network=Network.AMAZON, until=paid_until, at=now)


def _days(seed: int, count: int, now: dt.datetime) -> Iterator[tuple[int, dt.datetime, random.Random]]:
    """(number, moment, chance), more of them as time goes by, the same in every demo."""
    chance = random.Random(seed)  # noqa: S311
    for number in range(count):
        yield number, now - dt.timedelta(days=2 + DAYS * (1 - chance.random() ** 0.6)), chance


def _amazon(now: dt.datetime) -> Iterator[str]:
    for _, at, chance in _days(1, 110, now):
        group, name, asin, cents = chance.choice(PRODUCTS)
        pieces = -1 if chance.random() < 0.06 else chance.choice((1, 1, 1, 2))
        revenue, fees = pieces * cents, round(pieces * cents * 0.03)
        shipped, returned = max(pieces, 0), max(-pieces, 0)
        yield (
            f'{group},"{name}",{asin},Amazon.de,lumi-21,{at:%Y-%m-%d} 00:00:00,{_euros(cents)},{shipped},'
            f"{returned},{_euros(revenue)},{_euros(fees)},{chance.choice(('PHONE', 'DESKTOP'))}"
        )


def _awin(now: dt.datetime, *, seen: dt.datetime) -> Iterator[str]:
    """As of `seen`. What is older than six weeks was validated then, so that a later report moves it on."""
    for number, at, chance in _days(2, 60, now):
        cents, sale_currency = chance.randint(1500, 24_000), "GBP" if chance.random() < 0.2 else "EUR"
        declined, age = chance.random() < 0.1, (seen - at).days
        state, reason = "approved", ""
        if age < 42:
            state = "pending"
        elif declined:
            state, reason = "declined", "Returned by customer"
        if at < seen:
            yield (
                f"{1_591_984_000 + number},426667,{_euros(cents)},{_euros(cents * 7 // 100)},"
                f"{at:%Y-%m-%dT%H:%M:%S},{state},,AW-{number},Sale,{reason},{'yes' if age > 110 else 'no'},"
                f"Nightowl Outdoor,EUR,{sale_currency}"
            )


def _impossible(now: dt.datetime) -> str:
    day = f"{now.year}-02-30T09:00:00"
    return f"1591984999,426667,10.00,0.70,{day},pending,,AW-999,Sale,,no,Nightowl Outdoor,EUR,EUR"


def _cj(now: dt.datetime) -> Iterator[str]:
    for number, at, chance in _days(3, 35, now):
        cents, age = chance.randint(2000, 90_000), (now - at).days
        state = "New" if age < 30 else "Locked" if age < 75 else "Closed"
        event, posted = f"{at:%d-%b-%Y %H:%M:%S}", f"{at + dt.timedelta(days=1):%d-%b-%Y %H:%M:%S}"
        facts = f"Desk Makers,D-{number},desk-tour"
        sale, earned = f"{cents / 100:,.2f}", _euros(cents * 8 // 100)
        yield f'{23_010_000 + number},{posted},{event},{state},{facts},"{sale}",{earned},'
        if chance.random() < 0.08 and age > 40:
            back = f"{at + dt.timedelta(days=25):%d-%b-%Y %H:%M:%S}"
            yield f'{23_020_000 + number},{back},{event},{state},{facts},"(${sale})",(${earned}),RETURN'


def _impact(now: dt.datetime) -> Iterator[str]:
    for number, at, chance in _days(4, 35, now):
        cents, age = chance.randint(900, 9_000), (now - at).days
        reversed_ = chance.random() < 0.1 and age > 20
        state = "REVERSED" if reversed_ else "PENDING" if age < 45 else "APPROVED"
        cleared = f"{at + dt.timedelta(days=90):%Y-%m-%d}" if state == "APPROVED" and age > 95 else ""
        yield (
            f"7231.4242.{9_000 + number},Zine Press,Online Sale,{state},{at:%Y-%m-%dT%H:%M:%S}-05:00,"
            f"{at + dt.timedelta(days=60):%Y-%m-%d},{cleared},{_euros(cents)},"
            f"{'0.00' if reversed_ else _euros(cents * 12 // 100)},USD,haul,Z-{number}"
        )


def _euros(cents: int) -> str:
    return f"{cents / 100:.2f}"

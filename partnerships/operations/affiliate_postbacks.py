"""What merchants tell, handled once, in whichever order it comes."""

import datetime as dt
import uuid
from dataclasses import asdict
from hashlib import sha256

import structlog
from django.db import connection, transaction
from django.db.models import Q
from uuid_utils.compat import uuid7

from ledger.units import LARGEST
from partnerships.affiliate_commission import reckon
from partnerships.affiliate_events import CANCELLED, CREATED, REFUNDED, Event, Order, Refund, Refused, read
from partnerships.affiliate_states import FINAL, Outcome
from partnerships.models import (
    AffiliateClick,
    AffiliateConversion,
    AffiliateCoupon,
    AffiliatePostback,
    AffiliateProgramme,
    AffiliateReversal,
    AffiliateSignal,
)
from partnerships.operations.affiliate_conversions import record, refund
from partnerships.queries.affiliate import NoAffiliateRate, month_sales, rate_in_force
from partnerships.queries.affiliate_signals import buyer_of, signals

SKEW = dt.timedelta(minutes=5)
"""By which a merchant's clock may be off."""
NOBODYS = (Outcome.UNATTRIBUTED, "order_unattributed", "No creator brought its order.")
BODIES_KEPT = dt.timedelta(days=400)
"""Longer than any order is disputed or refunded."""
PATIENCE = dt.timedelta(minutes=1)
MOST_AT_ONCE = 100
ORDER_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"

logger = structlog.get_logger(__name__)


class EventReused(Exception):
    """This id was used for another event."""

    code = "event_reused"


def receive(*, programme_id: uuid.UUID, event_id: str, body: str, at: dt.datetime) -> AffiliatePostback:
    """Keep what was told, then handle it. The same id and body return what came of it the first time; what
    was refused is looked at again. Raises EventReused."""
    digest = sha256(body.encode()).hexdigest()
    postback, _ = AffiliatePostback.objects.get_or_create(
        programme_id=programme_id,
        event_id=event_id,
        defaults={"body": body, "digest": digest, "received_at": at},
    )
    if postback.digest != digest:
        raise EventReused("This id was used for another event: give each its own.")
    return postback if postback.outcome in FINAL else handle(postback_id=postback.id, at=at)


@transaction.atomic
def handle(*, postback_id: uuid.UUID, at: dt.datetime) -> AffiliatePostback:
    """Do what a kept postback tells, if that has not been done. May be repeated."""
    postback = AffiliatePostback.objects.select_related("programme").get(id=postback_id)
    if postback.outcome in FINAL:
        return postback
    try:
        event = read(postback.body)
    except Refused as refusal:
        return _note(postback, at, Outcome.REFUSED, refusal.code, str(refusal))
    # All words about one order wait for each other: a refund must not miss the order that is just coming in.
    order = f"affiliate {postback.programme_id} {event.said.order_id}"
    with connection.cursor() as cursor:
        cursor.execute(ORDER_LOCK, [order])
    postback.refresh_from_db(fields=["outcome"])
    if postback.outcome in FINAL:
        postback.refresh_from_db()
        return postback
    postback.type, postback.order_id = event.type, event.said.order_id
    try:
        with transaction.atomic():
            found = _apply(postback, event, at)
    except Refused as refusal:
        found = Outcome.REFUSED, refusal.code, str(refusal)
    return _note(postback, at, *found)


def _note(postback: AffiliatePostback, at: dt.datetime, outcome: Outcome, code: str = "", detail: str = ""):
    postback.outcome, postback.code, postback.detail = outcome, code, detail[:300]
    postback.handled_at = at
    postback.save(update_fields=["type", "order_id", "outcome", "code", "detail", "handled_at"])
    return postback


def _apply(postback: AffiliatePostback, event: Event, at: dt.datetime) -> tuple:
    known = AffiliateConversion.objects.filter(
        programme_id=postback.programme_id, order_id=event.said.order_id
    ).first()
    if isinstance(event.said, Refund):
        return _refund(postback, event, known, at)
    if known is not None:
        if (known.amount, known.currency) != (event.said.amount, event.said.currency):
            raise Refused("order_differs", "This order was told before, with another amount.")
        return Outcome.REPEATED, "known_order", "This order was told before."
    return _order(postback, event.said, at)


def _order(postback: AffiliatePostback, order: Order, at: dt.datetime) -> tuple:
    programme = postback.programme
    if order.currency != programme.currency:
        raise Refused("wrong_currency", f"{programme} is kept in {programme.currency}.")
    happened = order.occurred_at or at
    if happened > at + SKEW:
        raise Refused("in_the_future", "The order has not happened yet.")
    waiting = AffiliatePostback.objects.filter(
        programme=programme,
        order_id=order.order_id,
        type__in=(REFUNDED, CANCELLED),
        outcome__in=(Outcome.PARKED, Outcome.UNATTRIBUTED),
    ).order_by("id")
    coupon, click, why = _brought_by(programme, order, happened)
    if coupon is None and click is None:
        for each in waiting:
            _note(each, at, *NOBODYS)
        return Outcome.UNATTRIBUTED, *why
    creator = coupon.creator if coupon else click.link.creator
    try:
        rate = rate_in_force(programme.id, click.at if click else happened)
    except NoAffiliateRate as error:
        raise Refused("no_rate", str(error)) from error
    # Orders of one creator wait for each other, so that each finds what the month had sold before it.
    with connection.cursor() as cursor:
        tier = f"affiliate month {programme.id} {creator.pk}"
        cursor.execute(ORDER_LOCK, [tier])
    sold = month_sales(creator_id=creator.pk, programme_id=programme.id, at=happened)
    reckoning = reckon(rate.lines.all(), amount=order.amount, items=order.items, month_sales=sold)
    if reckoning.commission > LARGEST:
        raise Refused("too_large", "Its commission is beyond all reckoning.")
    buyer = buyer_of(order)
    noticed = signals(creator=creator, click=click, buyer=buyer, order=order, at=happened)
    conversion = record(
        conversion=AffiliateConversion(
            id=uuid7(),
            programme=programme,
            creator=creator,
            link=click.link if click else None,
            click=click,
            coupon=coupon,
            order_id=order.order_id,
            amount=order.amount,
            currency=order.currency,
            items=[asdict(item) for item in order.items],
            rate=rate,
            reckoning=reckoning.as_json(),
            commission=reckoning.commission,
            buyer=buyer.email,
            address=buyer.address,
            needs_review=bool(noticed),
            converted_at=happened,
            recorded_at=at,
            payable_at=happened + dt.timedelta(days=(click or programme).hold_days),
        )
    )
    AffiliateSignal.objects.bulk_create(
        AffiliateSignal(conversion=conversion, kind=kind, evidence=evidence) for kind, evidence in noticed
    )
    for each in waiting.select_related("programme"):
        _note(each, at, *_refund(each, read(each.body), conversion, at))
    return (Outcome.APPLIED,)


def _brought_by(programme: AffiliateProgramme, order: Order, happened: dt.datetime) -> tuple:
    """The coupon, the click, and why there is neither. A coupon that names its creator goes before a click,
    which then counts only if it was on a link of the same creator. No coupon counts while its programme does
    not run."""
    coupon = None
    if order.coupon and (programme.stopped_at is None or happened < programme.stopped_at):
        coupons = AffiliateCoupon.objects.filter(
            programme=programme, code=order.coupon, from_at__lte=happened
        )
        coupon = coupons.exclude(until_at__lte=happened).select_related("creator").first()
    clicks = AffiliateClick.objects.filter(
        id__in=order.clicks, link__programme=programme, at__lte=happened + SKEW
    )
    click = clicks.select_related("link__creator").order_by("-at", "-id").first()
    if click is None:
        why = ("no_click", "No click and no coupon of ours was named.")
    elif happened > click.at + dt.timedelta(days=click.window_days):
        why = ("click_expired", f"The click was more than {click.window_days} days before the order.")
        click = None
    else:
        why = ()
    if coupon is not None and click is not None and click.link.creator_id != coupon.creator_id:
        click = None
    return coupon, click, why


def _refund(
    postback: AffiliatePostback, event: Event, conversion: AffiliateConversion | None, at: dt.datetime
) -> tuple:
    said = event.said
    if said.currency and said.currency != postback.programme.currency:
        raise Refused("wrong_currency", f"{postback.programme} is kept in {postback.programme.currency}.")
    if conversion is None:
        told = AffiliatePostback.objects.filter(
            programme=postback.programme, order_id=said.order_id, type=CREATED, outcome=Outcome.UNATTRIBUTED
        )
        if told.exists():
            return NOBODYS
        return Outcome.PARKED, "unknown_order", "Applied as soon as its order is told."
    causes = AffiliateReversal.Cause
    reversal = refund(
        conversion_id=conversion.id,
        amount=said.amount,
        postback=postback,
        cause=causes.CANCELLATION if event.type == CANCELLED else causes.REFUND,
        on=min(said.occurred_at or at, at),
        at=at,
    )
    if said.amount is not None and said.amount > reversal.refunded:
        return Outcome.APPLIED, "exceeds_order", "More than was left of the order: the rest was left out."
    return (Outcome.APPLIED,)


def handle_forgotten(*, at: dt.datetime) -> int:
    """Handle what was kept and then not handled, as its worker died and its merchant did not come again.
    Returns how many."""
    forgotten = AffiliatePostback.objects.filter(outcome=Outcome.RECEIVED, received_at__lt=at - PATIENCE)
    found = list(forgotten.order_by("id").values_list("id", flat=True)[:MOST_AT_ONCE])
    for postback_id in found:
        try:
            handle(postback_id=postback_id, at=at)
        except Exception:  # one must not hold up the others
            logger.exception("postback_not_handled", postback=str(postback_id))
    return len(found)


def forget(*, at: dt.datetime) -> int:
    """Empty what was received longer than BODIES_KEPT ago, but for refunds that wait for their order; what
    came of it stays. Returns how many."""
    waits = Q(outcome__in=[Outcome.PARKED, Outcome.RECEIVED]) | Q(outcome=NOBODYS[0], code=NOBODYS[1])
    old = AffiliatePostback.objects.filter(received_at__lt=at - BODIES_KEPT, emptied=False)
    return old.exclude(waits).update(body="", emptied=True)

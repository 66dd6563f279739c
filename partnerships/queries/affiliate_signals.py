"""What looks odd about an order. It sends the conversion to a reviewer, and rejects nothing."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from ledger.encryption import digest
from partnerships.affiliate_events import Order
from partnerships.affiliate_states import SignalKind
from partnerships.models import AffiliateClick, AffiliateConversion

RECENT = dt.timedelta(days=30)
RING = 3
"""On so many creators' links a buyer is no longer somebody who follows several of them by chance."""
REGULAR = 4
"""So many orders of one creator's links in a month come from a family, or from nobody who buys."""
HOUR = dt.timedelta(hours=1)
CROWD = 10
"""Orders of one creator within an hour."""


@dataclass(frozen=True)
class Buyer:
    """Digests by which one buyer is found again; empty where the merchant told nothing."""

    email: str
    address: str


def buyer_of(order: Order) -> Buyer:
    """The address' digest is that of a login from there."""
    return Buyer(
        digest(f"affiliate buyer:{order.email}") if order.email else "",
        digest(f"address:{order.ip}") if order.ip else "",
    )


def signals(
    *, creator, click: AffiliateClick | None, buyer: Buyer, order: Order, at: dt.datetime
) -> list[tuple[SignalKind, str]]:
    """Each kind at most once, with the evidence that staff read."""
    found = {
        SignalKind.SELF_REFERRAL: _self_referral(creator, click, buyer, order),
        SignalKind.RING: _ring(creator, buyer, at),
        SignalKind.VELOCITY: _velocity(creator, at),
    }
    return [(kind, evidence) for kind, evidence in found.items() if evidence]


def _self_referral(creator, click: AffiliateClick | None, buyer: Buyer, order: Order) -> str:
    ties = []
    own = hashlib.sha256(creator.email.strip().lower().encode()).hexdigest()
    if order.email == own:
        ties.append("the buyer's email address is the creator's")
    if click is not None and click.dropped == AffiliateClick.Dropped.OWN:
        ties.append("the creator was logged in when they followed the link")
    digests = [each for each in (buyer.address, click.browser if click else "") if each]
    if digests:
        seen = import_string(settings.AFFILIATE_PLACES)(creator.pk, digests)
        ties += [f"the creator has logged in from the same {place}" for place in seen]
    return _sentence("; ".join(ties))


def _ring(creator, buyer: Buyer, at: dt.datetime) -> str:
    if not buyer.email:
        return ""
    rows = AffiliateConversion.objects.filter(buyer=buyer.email, converted_at__gt=at - RECENT)
    creators = list(rows.values_list("creator_id", flat=True))
    others = {*creators} - {creator.pk}
    if len(others) + 1 >= RING:
        return f"The same buyer ordered through {len(others) + 1} creators within {RECENT.days} days."
    own = creators.count(creator.pk) + 1
    return f"The same buyer's order no. {own} within {RECENT.days} days." if own >= REGULAR else ""


def _velocity(creator, at: dt.datetime) -> str:
    rows = AffiliateConversion.objects.filter(
        creator=creator, converted_at__gt=at - HOUR, converted_at__lte=at
    )
    count = rows.count() + 1
    return f"Order no. {count} of this creator within an hour." if count > CROWD else ""


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."[:300] if words else ""

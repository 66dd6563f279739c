"""What affiliate links brought a creator, added up for their pages."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum

from partnerships.affiliate_states import COUNTED, WAITING, ConversionState
from partnerships.models import AffiliateClick, AffiliateConversion


@dataclass(frozen=True)
class Total:
    """Of one currency, in its smallest part: commissions on their way, and those that became payable."""

    currency: str
    pending: int
    payable: int
    orders: int


def totals_of(creator_id: uuid.UUID) -> list[Total]:
    kept = F("commission") - F("reversed")
    rows = AffiliateConversion.objects.filter(creator_id=creator_id).order_by("currency")
    sums = rows.values_list("currency").annotate(
        pending=Sum(kept, filter=Q(state__in=WAITING), default=0),
        payable=Sum(kept, filter=Q(state=ConversionState.PAYABLE), default=0),
        orders=Count("id", filter=Q(state__in=COUNTED)),
    )
    return [Total(*row) for row in sums]


def held_of(creator_id: uuid.UUID) -> dict[str, int]:
    """{currency: smallest parts} of commissions that no account of the creator has yet."""
    held = AffiliateConversion.objects.filter(creator_id=creator_id, state=ConversionState.HELD)
    return dict(held.order_by().values_list("currency").annotate(kept=Sum(F("commission") - F("reversed"))))


def clicks_since(creator_id: uuid.UUID, since: dt.datetime) -> int:
    return AffiliateClick.objects.filter(link__creator_id=creator_id, dropped="", at__gte=since).count()


def clicks_by_country(link_id: uuid.UUID) -> list[tuple[str, int]]:
    """The five from which most came; unknown ones aside."""
    rows = AffiliateClick.objects.filter(link_id=link_id, dropped="").exclude(country="")
    found = rows.order_by().values_list("country").annotate(clicks=Count("id")).order_by("-clicks", "country")
    return list(found[:5])


def clicks_by_referrer(link_id: uuid.UUID) -> list[tuple[str, int]]:
    rows = AffiliateClick.objects.filter(link_id=link_id, dropped="").exclude(referrer_host="")
    found = rows.order_by().values_list("referrer_host").annotate(clicks=Count("id"))
    return list(found.order_by("-clicks", "referrer_host")[:5])

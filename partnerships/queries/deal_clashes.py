"""Exclusivities that forbid what another deal promises."""

import datetime as dt
import uuid

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Lower

from partnerships.days import end
from partnerships.deal_states import AGREED, Stage
from partnerships.models import BrandDeal, Exclusivity

ENDED = (Stage.LOST, Stage.PAID)


def forbidding(deal: BrandDeal) -> QuerySet[Exclusivity]:
    """Exclusivities that were agreed with other brands, of this deal's category and time. A deal without days
    takes place any time from when it was written down."""
    if not deal.category or deal.stage in ENDED:
        return Exclusivity.objects.none()
    first = deal.start_date or deal.made_at.date()
    found = _agreed(deal.creator_id).filter(category__iexact=deal.category, until_date__gte=first)
    if deal.end_date:
        found = found.filter(from_date__lte=deal.end_date)
    return found.exclude(deal__brand_id=deal.brand_id)


def forbidden_by(exclusivity: Exclusivity) -> QuerySet[BrandDeal]:
    """Deals with other brands that this one forbids."""
    deal = exclusivity.deal
    return (
        BrandDeal.objects.filter(creator_id=deal.creator_id, category__iexact=exclusivity.category)
        .filter(Q(end_date=None) | Q(end_date__gte=exclusivity.from_date))
        .filter(
            Q(start_date=None, made_at__lte=end(exclusivity.until_date))
            | Q(start_date__lte=exclusivity.until_date)
        )
        .exclude(stage__in=ENDED)
        .exclude(brand_id=deal.brand_id)
        .select_related("brand")
    )


def clashing(creator_id: uuid.UUID, on: dt.date) -> set[uuid.UUID]:
    """Ids of the deals that something forbids, for pages with many deals; in one query."""
    agreed = _agreed(creator_id).filter(until_date__gte=on)
    rows = (
        BrandDeal.objects.filter(creator_id=creator_id)
        .exclude(category="")
        .exclude(stage__in=ENDED)
        .annotate(kind=Lower("category"))
    )
    bans = [(ban.category.lower(), ban) for ban in agreed]
    return {
        deal.pk
        for deal in (rows if bans else ())
        for kind, ban in bans
        if kind == deal.kind
        and ban.deal.brand_id != deal.brand_id
        and ban.until_date >= (deal.start_date or deal.made_at.date())
        and (deal.end_date is None or ban.from_date <= deal.end_date)
    }


def _agreed(creator_id: uuid.UUID) -> QuerySet[Exclusivity]:
    agreed = Exclusivity.objects.filter(deal__creator_id=creator_id, deal__stage__in=AGREED)
    return agreed.select_related("deal__brand").order_by(F("until_date").desc())

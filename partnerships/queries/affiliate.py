"""Programmes, rates and links, as the operations and pages read them."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from partnerships.affiliate_states import COUNTED, ConversionState, Outcome
from partnerships.models import (
    AffiliateClick,
    AffiliateConversion,
    AffiliateCoupon,
    AffiliateLink,
    AffiliateMembership,
    AffiliatePostback,
    AffiliateProgramme,
    AffiliateRate,
)


class NoAffiliateRate(LookupError):
    """The programme had announced no rate by then."""


def rate_in_force(programme_id: uuid.UUID, at: dt.datetime) -> AffiliateRate:
    """With its lines. Raises NoAffiliateRate."""
    rows = AffiliateRate.objects.filter(programme_id=programme_id, effective_at__lte=at)
    rate = rows.prefetch_related("lines").order_by("-effective_at").first()
    if rate is None:
        raise NoAffiliateRate(f"No rate was in force at {at:%Y-%m-%d %H:%M} UTC.")
    return rate


def rates_from(programme_ids: Iterable[uuid.UUID], at: dt.datetime) -> dict[uuid.UUID, list[AffiliateRate]]:
    """Of each: the rate in force, if there is one, and those announced after it, in their order."""
    found: dict[uuid.UUID, list[AffiliateRate]] = {programme_id: [] for programme_id in programme_ids}
    rows = AffiliateRate.objects.filter(programme_id__in=found).prefetch_related("lines")
    for rate in rows.order_by("effective_at"):
        mine = found[rate.programme_id]
        if rate.effective_at <= at:
            mine.clear()
        mine.append(rate)
    return found


def month_sales(*, creator_id: uuid.UUID, programme_id: uuid.UUID, at: dt.datetime) -> int:
    """What a creator sold for a programme in the UTC month of `at`, before it: less refunds, and less what
    was rejected or reversed."""
    first = at.astimezone(dt.UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = AffiliateConversion.objects.filter(
        creator_id=creator_id,
        programme_id=programme_id,
        state__in=COUNTED,
        converted_at__gte=first,
        converted_at__lt=at,
    )
    return rows.aggregate(sum=Sum(F("amount") - F("refunded")))["sum"] or 0


def open_programmes(creator_id: uuid.UUID) -> QuerySet[AffiliateProgramme]:
    """That this creator could join."""
    rows = AffiliateProgramme.objects.filter(state=AffiliateProgramme.State.ACTIVE)
    return rows.exclude(memberships__creator_id=creator_id)


def programmes_for(creator_id: uuid.UUID) -> QuerySet[AffiliateProgramme]:
    """That this creator could join, or takes part in: `joined_at` says since when, None for not."""
    mine = AffiliateMembership.objects.filter(programme=OuterRef("id"), creator_id=creator_id)
    rows = AffiliateProgramme.objects.annotate(joined_at=Subquery(mine.values("joined_at")))
    return rows.filter(Q(state=AffiliateProgramme.State.ACTIVE) | Q(joined_at__isnull=False))


def joined_programmes(creator_id: uuid.UUID) -> QuerySet[AffiliateProgramme]:
    return AffiliateProgramme.objects.filter(memberships__creator_id=creator_id)


def links_of(creator_id: uuid.UUID) -> QuerySet[AffiliateLink]:
    """Newest first, with `click_count`, `conversion_count` and `earned` (what is kept of commissions, in the
    programme's smallest part)."""
    clicks = _per_link(AffiliateClick.objects.filter(dropped=""), Count("id"))
    conversions = AffiliateConversion.objects.filter(state__in=COUNTED)
    return (
        AffiliateLink.objects.filter(creator_id=creator_id)
        .select_related("programme")
        .annotate(
            click_count=clicks,
            conversion_count=_per_link(conversions, Count("id")),
            earned=_per_link(conversions, Sum(F("commission") - F("reversed"))),
        )
        .order_by("-created_at", "-id")
    )


def _per_link(rows: QuerySet, value) -> Coalesce:
    found = rows.filter(link_id=OuterRef("id")).order_by().values("link_id").annotate(value=value)
    return Coalesce(Subquery(found.values("value")), 0)


def conversions_of(creator_id: uuid.UUID) -> QuerySet[AffiliateConversion]:
    """Newest order first."""
    rows = AffiliateConversion.objects.filter(creator_id=creator_id)
    return rows.select_related("programme", "link", "coupon")


def coupons_of(creator_id: uuid.UUID) -> QuerySet[AffiliateCoupon]:
    counted = Count("conversions", filter=Q(conversions__state__in=COUNTED))
    earned = Sum(
        F("conversions__commission") - F("conversions__reversed"),
        filter=Q(conversions__state__in=COUNTED),
        default=0,
    )
    rows = AffiliateCoupon.objects.filter(creator_id=creator_id).select_related("programme")
    return rows.annotate(conversion_count=counted, earned=earned)


def to_approve(at: dt.datetime) -> QuerySet[AffiliateConversion]:
    """Those that approve themselves: their hold is over, and nothing was noticed about them."""
    rows = AffiliateConversion.objects.filter(state=ConversionState.HELD, payable_at__lte=at)
    return rows.filter(needs_review=False, programme__approves_itself=True).order_by("payable_at", "id")


def to_pay(at: dt.datetime) -> QuerySet[AffiliateConversion]:
    rows = AffiliateConversion.objects.filter(state=ConversionState.APPROVED, payable_at__lte=at)
    return rows.order_by("payable_at", "id")


def to_review() -> QuerySet[AffiliateConversion]:
    """That only a person approves or rejects."""
    rows = AffiliateConversion.objects.filter(state=ConversionState.HELD)
    return rows.filter(Q(needs_review=True) | Q(programme__approves_itself=False))


def refused_postbacks() -> QuerySet[AffiliatePostback]:
    return AffiliatePostback.objects.filter(outcome=Outcome.REFUSED)


def programme_with(programme_id: uuid.UUID) -> AffiliateProgramme | None:
    return AffiliateProgramme.objects.filter(id=programme_id).first()

"""What affiliate links brought a creator, added up for their pages."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth

from partnerships.affiliate_states import COUNTED, WAITING, ConversionState
from partnerships.income_streams import Stream
from partnerships.models import AffiliateClick, AffiliateConversion, IncomeDay

MONTHS = 12


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


@dataclass(frozen=True)
class Months:
    """What each of the last twelve months (UTC) brought in one currency, oldest first."""

    currency: str
    firsts: list[dt.date]
    amounts: list[int]


def months_of(creator_id: uuid.UUID, at: dt.datetime) -> list[Months]:
    """From the sums by day, one for each currency in which there was something."""
    this = at.astimezone(dt.UTC).date()
    ordinal = this.year * 12 + this.month - MONTHS
    firsts = [dt.date(each // 12, each % 12 + 1, 1) for each in range(ordinal, ordinal + MONTHS)]
    rows = IncomeDay.objects.filter(creator_id=creator_id, stream=Stream.AFFILIATE, date__gte=firsts[0])
    sums = rows.order_by("currency").annotate(month=TruncMonth("date")).values_list("currency", "month")
    found: dict[str, dict[dt.date, int]] = defaultdict(dict)
    for currency, month, amount in sums.annotate(sum=Sum("amount")):
        found[currency][month] = amount
    return [
        Months(currency, firsts, [amounts.get(first, 0) for first in firsts])
        for currency, amounts in found.items()
    ]

"""Where staff have stopped payouts."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet
from django.db.models.functions import JSONObject

from payouts.models import PayoutStop


def stops_in_force() -> QuerySet[PayoutStop]:
    return PayoutStop.objects.filter(lifted_at__isnull=True)


def stops_at(country: str) -> ArraySubquery:
    """Those in force that may concern who lives there, each as {"country", "rail", "reason"}: that of the
    country first, then those of rails."""
    rows = stops_in_force().filter(country__in=["", country]).order_by("-country", "rail")
    return ArraySubquery(rows.values(json=JSONObject(country="country", rail="rail", reason="reason")))


def stops_to_tell_of() -> QuerySet[PayoutStop]:
    """Those whom they concern don't know of them yet, or not that they are over."""
    return PayoutStop.objects.filter(
        Q(told_at=None, lifted_at=None) | Q(told_at__isnull=False, lifted_at__isnull=False, lift_told_at=None)
    ).order_by("id")

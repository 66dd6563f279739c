import datetime as dt

from django.db.models import Q, QuerySet

from wallets.models import GiftType


def gift_types_at(at: dt.datetime) -> QuerySet[GiftType]:
    """The gifts on sale at that moment, cheapest first."""
    return GiftType.objects.filter(
        Q(available_until__isnull=True) | Q(available_until__gt=at), available_from__lte=at
    ).order_by("coins", "slug")


def gift_types_between(since: dt.datetime, until: dt.datetime) -> QuerySet[GiftType]:
    """Those on sale at some moment from `since` on and before `until`, cheapest first."""
    return GiftType.objects.filter(
        Q(available_until__isnull=True) | Q(available_until__gt=since), available_from__lt=until
    ).order_by("coins", "slug")

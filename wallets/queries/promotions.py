import datetime as dt

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from wallets.models import CoinPurchase, Promotion
from wallets.states import UNDECIDED


def promotions_between(since: dt.datetime, until: dt.datetime | None) -> QuerySet[Promotion]:
    """Those that hold at some moment from `since` on and before `until`."""
    found = Promotion.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=since),
        Q(ended_at__isnull=True) | Q(ended_at__gt=Greatest(since, F("starts_at"))),
    )
    return found if until is None else found.filter(starts_at__lt=until)


def promotions_open_to(viewer, at: dt.datetime) -> list[Promotion]:
    """What this viewer can still have at that moment."""
    held = promotions_between(at, None).filter(starts_at__lte=at)
    found = list(held.exclude(stock__isnull=False, taken__gte=F("stock")))
    if any(promotion.first_purchase_only for promotion in found) and not is_newcomer(viewer):
        found = [promotion for promotion in found if not promotion.first_purchase_only]
    return found


def is_newcomer(viewer) -> bool:
    """Whether they have never bought coins, nor have a first purchase's offer in one that is undecided."""
    bought = Q(entry__isnull=False) | Q(state__in=UNDECIDED, promotion__first_purchase_only=True)
    return not CoinPurchase.objects.filter(bought, viewer=viewer).exists()

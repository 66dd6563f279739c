from django.db.models import Count, F, Q

from ledger.queries import Finding
from wallets.models import CoinPurchase, Promotion
from wallets.states import PurchaseState

_OVER = (PurchaseState.FAILED, PurchaseState.EXPIRED)


def audit_promotions() -> list[Finding]:
    """A promotion's stock is taken by the purchases that hold it and by no others, and none that came to
    nothing holds any; every purchase has what its promotion promised."""
    held = Count("purchases", filter=Q(purchases__holds_stock=True))
    miscounted = Promotion.objects.annotate(held=held).exclude(taken=F("held"))
    idle = CoinPurchase.objects.filter(holds_stock=True, state__in=_OVER)
    bonus = Q(promotion__isnull=True, bonus_coins=0) | Q(
        promotion__isnull=False, bonus_coins=F("promotion__bonus_coins")
    )
    percent = Q(promotion__percent_off__isnull=False, bonus_coins=0, list_price__isnull=False)
    odd = CoinPurchase.objects.exclude(bonus | percent)
    return [
        *(Finding("promotions count the stock that purchases hold", str(each.pk)) for each in miscounted),
        *(Finding("no purchase that came to nothing holds stock", str(each.pk)) for each in idle),
        *(Finding("every purchase has what its promotion promised", str(each.pk)) for each in odd),
    ]

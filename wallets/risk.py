"""What the wallets know that a reviewer of payouts should. `settings.PAYOUT_RISK_SIGNALS` names these."""

import datetime as dt

from django.contrib.auth import get_user_model
from django.db.models import Sum

from ledger.units import DIAMOND, format_amount
from wallets.models import Gift, Recovery

RECENT_DAYS = 180
CONCENTRATION_DAYS = 30
MOST_FROM_ONE = 50
"""Per cent of a creator's gifts that may come from one viewer before it is remarkable."""


def disputed_purchases(payout) -> dict[str, str] | None:
    """Gifts to this creator whose payment was disputed or refunded in the half year before the request."""
    since = payout.requested_at - dt.timedelta(days=RECENT_DAYS)
    rows = Recovery.objects.filter(creator_id=payout.creator_id, at__gte=since, put_back_at__isnull=True)
    gifts = rows.values("gift").distinct().count()
    if not gifts:
        return None
    people = rows.values("purchase__viewer").distinct().count()
    reversed_ = rows.aggregate(sum=Sum("diamonds"))["sum"]
    return {
        "label": "Disputes on funding purchases",
        "evidence": f"{gifts} {'gift' if gifts == 1 else 'gifts'} of {people} "
        f"{'viewer' if people == 1 else 'viewers'} in {RECENT_DAYS} days were paid for with money that was "
        f"claimed back; {format_amount(reversed_, DIAMOND)} were reversed.",
    }


def gift_concentration(payout) -> dict[str, str] | None:
    """One viewer behind more than half of what was given in the month before the request."""
    since = payout.requested_at - dt.timedelta(days=CONCENTRATION_DAYS)
    gifts = Gift.objects.filter(
        creator_id=payout.creator_id, sent_at__gte=since, sent_at__lte=payout.requested_at
    )
    given = list(gifts.order_by().values("viewer").annotate(sum=Sum("diamonds")).values_list("viewer", "sum"))
    total = sum(amount for _, amount in given)
    viewer, most = max(given, key=lambda each: each[1], default=(None, 0))
    if not total or most * 100 <= total * MOST_FROM_ONE:
        return None
    name = get_user_model().objects.values_list("email", flat=True).get(pk=viewer)
    return {
        "label": "One viewer behind most gifts",
        "evidence": f"{name} gave {format_amount(most, DIAMOND)} of {format_amount(total, DIAMOND)} in "
        f"{CONCENTRATION_DAYS} days: {most * 100 // total} %.",
    }

"""What the wallets know that a reviewer of payouts should. `settings.PAYOUT_RISK_SIGNALS` names these."""

import datetime as dt

from django.db.models import Sum

from ledger.units import DIAMOND, format_amount
from wallets.models import Recovery

RECENT_DAYS = 180


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

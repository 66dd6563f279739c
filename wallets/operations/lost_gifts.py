"""Released gifts whose payment was lost to a dispute: whether their creators give them back, what pays
creators decides (`settings.CREATOR_CLAWBACK`)."""

import datetime as dt

from django.conf import settings
from django.utils.module_loading import import_string

from wallets.models import CoinPurchase, Dispute, Recovery
from wallets.states import DisputeState


def claim_lost_gifts(*, purchase: CoinPurchase, disputes: list[Dispute], at: dt.datetime) -> None:
    """Once every dispute is decided, what the lost ones claimed and nobody gave back is asked of the creators
    who had it, newest gift first. May be repeated."""
    lost = [dispute for dispute in disputes if dispute.state == DisputeState.LOST]
    if not lost or any(dispute.state == DisputeState.OPEN for dispute in disputes):
        return
    standing = purchase.recoveries.filter(put_back_at__isnull=True).order_by("number")
    recoveries = list(standing.select_related("creator", "gift"))
    coins = min(purchase.coins, sum(dispute.coins for dispute in lost))
    missing = coins - sum(recovery.recovered for recovery in recoveries)
    lost_at = max(dispute.closed_at for dispute in lost)
    claim = import_string(settings.CREATOR_CLAWBACK)
    for recovery in recoveries:
        share = min(missing, recovery.coins - recovery.recovered)
        if recovery.gift is None or share <= 0:
            continue
        missing -= share
        diamonds = recovery.gift.diamonds * share // recovery.gift.coins
        if diamonds:
            claim(creator=recovery.creator, diamonds=diamonds, key=str(recovery.pk), at=at, lost_at=lost_at)


def withdraw_claim(recovery: Recovery, *, at: dt.datetime) -> None:
    """The claim on the payment fell, and with it the one on the creator, if there was one."""
    import_string(settings.CREATOR_CLAWBACK_WITHDRAWN)(key=str(recovery.pk), at=at)

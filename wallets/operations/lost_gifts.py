"""Released gifts whose payment was lost to a dispute: whether their creators give them back, what pays
creators decides (`settings.CREATOR_CLAWBACK`)."""

import datetime as dt
from collections import defaultdict
from operator import attrgetter

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
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
    claims: dict[AbstractBaseUser, dict[str, int]] = defaultdict(dict)
    for recovery in recoveries:
        share = min(missing, recovery.coins - recovery.recovered)
        if recovery.gift is None or share <= 0:
            continue
        missing -= share
        diamonds = recovery.gift.diamonds * share // recovery.gift.coins
        if diamonds:
            claims[recovery.creator][str(recovery.pk)] = diamonds
    claim = import_string(settings.CREATOR_CLAWBACK)
    for creator in sorted(claims, key=attrgetter("pk")):  # two purchases lock creators in one order
        claim(creator=creator, claims=claims[creator], at=at, lost_at=lost_at)


def withdraw_claims(recoveries: list[Recovery], *, at: dt.datetime) -> None:
    """The claims on the payment fell, and with them those on creators, where there were any."""
    if recoveries:
        import_string(settings.CREATOR_CLAWBACK_WITHDRAWN)(keys=[str(each.pk) for each in recoveries], at=at)

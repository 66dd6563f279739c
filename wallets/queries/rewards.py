import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from wallets.challenge_states import ClaimState
from wallets.models import Claim, RewardNotice
from wallets.queries.provenance import whereabouts

WARNING = dt.timedelta(days=7)
"""How long before reward coins expire their viewer is told."""
MOST_SHOWN = 5


@dataclass(frozen=True)
class Reward:
    """Coins of one reward that are in the wallet still, until its claim's `expires_at`."""

    claim: Claim
    unspent: int


def rewards_of(viewer) -> list[Reward]:
    """Those of which something is unspent, the one that expires first in front. Each is followed through the
    wallet by itself, so only the next few are."""
    held = Claim.objects.filter(joining__viewer=viewer, state=ClaimState.APPROVED, expired_at__isnull=True)
    next_ones = held.select_related("joining__campaign").order_by("expires_at", "id")[:MOST_SHOWN]
    found = [Reward(each, whereabouts(viewer.pk, each.entry_id).unspent) for each in next_ones]
    return [reward for reward in found if reward.unspent]


def rewards_to_expire(at: dt.datetime) -> QuerySet[Claim, uuid.UUID]:
    """The claims whose coins' days are over, the oldest first."""
    due = Claim.objects.filter(state=ClaimState.APPROVED, expired_at__isnull=True, expires_at__lte=at)
    return due.order_by("expires_at").values_list("pk", flat=True)


def rewards_to_warn_of(at: dt.datetime) -> QuerySet[Claim, uuid.UUID]:
    """The claims whose coins expire soon and that nobody was told of; those that never kept for longer than
    the warning's time were told when they were paid."""
    told = RewardNotice.objects.filter(claim=OuterRef("pk"), kind=RewardNotice.Kind.EXPIRING)
    soon = Claim.objects.filter(
        Q(expires_at__gt=F("decided_at") + WARNING),
        ~Exists(told),
        state=ClaimState.APPROVED,
        expired_at__isnull=True,
        expires_at__gt=at,
        expires_at__lte=at + WARNING,
    )
    return soon.order_by("expires_at").values_list("pk", flat=True)

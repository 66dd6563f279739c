"""Rewards of challenges: claimed by viewers, decided by staff where the campaign says so, paid from what the
campaign was funded with."""

import datetime as dt
import uuid
from decimal import ROUND_UP

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from ledger.chart import COIN_FLOAT, MARKETING_EXPENSE, REWARD_COINS_FUNDED, VIEWER_COINS
from ledger.operations import Transfer, lock, post
from ledger.rates import convert
from ledger.units import COIN
from wallets.challenge_states import ClaimState
from wallets.messages import visible
from wallets.models import Campaign, Claim, Joining
from wallets.models.challenges import REASON_LENGTH
from wallets.operations.campaigns import give_up, set_aside
from wallets.operations.challenge_notices import tell_of_claim
from wallets.operations.challenges import NotJoined, NotOpen, UnableToTakePart
from wallets.policy.reckoning import payout_of_coin
from wallets.queries.challenges import joining_of
from wallets.queries.evidence import evidence_for
from wallets.queries.progress import Progress, progress_in

REWARD_KIND = "challenge_reward"
COST_CURRENCY = "USD"
"""In which diamonds have their worth, and the coin float what it owes for them."""


class NotReached(UnableToTakePart):
    """The target is not reached, or everything is claimed."""

    code = "not_reached"

    def __init__(self, progress: Progress) -> None:
        if progress.is_done:
            words = "You have claimed all that this challenge gives."
        else:
            words = f"You are at {progress.current:,} of {progress.target:,}: {progress.left:,} to go."
        super().__init__(words)


class CountsSoon(UnableToTakePart):
    """The target is reached by gifts that can still be undone."""

    code = "counts_soon"

    def __init__(self) -> None:
        super().__init__("Your last gift counts in half a minute: until then it can be undone.")


class RewardsGone(UnableToTakePart):
    """Others claimed the last ones."""

    code = "rewards_gone"

    def __init__(self) -> None:
        super().__init__("All rewards of this challenge are gone.")


class UnableToDecide(Exception):
    """The claim stays as it is; the words say why."""

    code = "decision_refused"


def claim(*, viewer: AbstractBaseUser, campaign: Campaign, key: str, at: dt.datetime) -> Claim:
    """Claim the reward for the next time the target was reached. Its coins are paid at once, or set aside
    until staff have decided. The same `key` (1 to 120 characters) returns the first claim.

    Raises UnableToTakePart (NotJoined, NotOpen, NotReached, CountsSoon, RewardsGone),
    ledger.queries.NoRate."""
    joining = joining_of(viewer, campaign)
    if joining is None:
        raise NotJoined
    with transaction.atomic():
        Joining.objects.select_for_update().get(pk=joining.pk)
        if known := joining.claims.filter(key=key).first():
            return known
        joining.campaign.refresh_from_db()
        campaign = joining.campaign
        if not campaign.is_claimable(at):
            raise NotOpen(campaign, at)
        progress = _progress(joining, at)
        if progress.is_claimable_soon:
            raise CountsSoon
        if not progress.claimable:
            raise NotReached(progress)
        if not set_aside(campaign, coins=campaign.reward):
            raise RewardsGone
        made = Claim.objects.create(
            joining=joining,
            number=progress.claimed + 1,
            key=key,
            coins=campaign.reward,
            evidence=evidence_for(joining, progress, at),
            claimed_at=at,
        )
        if not campaign.reviewed:
            _pay(made, by=None, at=at)
    return made


def approve(*, claim_id: uuid.UUID, actor: AbstractBaseUser, at: dt.datetime) -> Claim:
    """Pay a claim that waits. Approving again changes nothing more.

    Raises UnableToDecide (no permission, one's own claim, decided already, the target no longer reached),
    ledger.queries.NoRate."""
    with transaction.atomic():
        waiting = _waiting(claim_id, actor, ClaimState.APPROVED)
        if waiting.state == ClaimState.WAITING:
            progress = _progress(waiting.joining, at)
            if progress.value >= progress.target * waiting.number > progress.value - progress.fresh:
                raise UnableToDecide("Gifts it counts on can still be undone. Decide in half a minute.")
            if progress.reached < waiting.number:
                raise UnableToDecide(
                    f"What it was claimed for has been taken back since: it stands at {progress.value:,} of "
                    f"{progress.target * waiting.number:,}. Reject it."
                )
            _pay(waiting, by=actor, at=at)
            tell_of_claim(waiting, at=at)
    return waiting


def reject(*, claim_id: uuid.UUID, actor: AbstractBaseUser, reason: str, at: dt.datetime) -> Claim:
    """Refuse a claim that waits, with a reason for the viewer to read. Its coins are the campaign's again.
    Rejecting again changes nothing more.

    Raises UnableToDecide (no permission, one's own claim, decided already, no reason)."""
    reason = visible(reason)[:REASON_LENGTH]
    if not reason:
        raise UnableToDecide("Say why: it is what the viewer reads.")
    with transaction.atomic():
        waiting = _waiting(claim_id, actor, ClaimState.REJECTED)
        if waiting.state == ClaimState.WAITING:
            waiting.state, waiting.reason = ClaimState.REJECTED, reason
            waiting.decided_by, waiting.decided_at = actor, at
            waiting.save(update_fields=["state", "reason", "decided_by", "decided_at"])
            tell_of_claim(waiting, at=at)
            give_up(waiting.joining.campaign, coins=waiting.coins, key=f"claim:{waiting.pk}", at=at)
    return waiting


def _progress(joining: Joining, at: dt.datetime) -> Progress:
    """As it stands once an undo that holds the viewer's coins already is through."""
    lock([VIEWER_COINS.of(joining.viewer_id)])
    return progress_in(joining, at)


def _waiting(claim_id: uuid.UUID, actor: AbstractBaseUser, target: ClaimState) -> Claim:
    """The claim, locked: one that waits, or that has become `target` already."""
    rows = Claim.objects.select_for_update(of=["self"]).select_related("joining__campaign", "joining__viewer")
    found = rows.get(pk=claim_id)
    if not actor.has_perm("wallets.review_claim"):
        raise UnableToDecide("You may not decide about rewards.")
    if found.joining.viewer_id == actor.pk:
        raise UnableToDecide("This is your own claim: somebody else decides it.")
    if found.state not in (ClaimState.WAITING, target):
        raise UnableToDecide(f"It was decided already: {found.get_state_display().lower()}.")
    return found


def _pay(claimed: Claim, *, by: AbstractBaseUser | None, at: dt.datetime) -> None:
    """No money came in for these coins, and creators are paid for them all the same: what they may pay out,
    rounded up, goes into the coin float as an expense."""
    campaign = claimed.joining.campaign
    cost = convert(claimed.coins, COIN, COST_CURRENCY, payout_of_coin(COST_CURRENCY, at), ROUND_UP)
    posted = post(
        kind=REWARD_KIND,
        key=f"{REWARD_KIND}:{claimed.pk}",
        at=at,
        transfers=[
            Transfer(
                REWARD_COINS_FUNDED.platform(), VIEWER_COINS.of(claimed.joining.viewer_id), claimed.coins
            ),
            Transfer(MARKETING_EXPENSE.platform(COST_CURRENCY), COIN_FLOAT.platform(COST_CURRENCY), cost),
        ],
    )
    claimed.state = ClaimState.APPROVED
    claimed.decided_by, claimed.decided_at = by, at
    claimed.entry_id, claimed.cost = posted.entry_id, cost
    claimed.expires_at = at + dt.timedelta(days=campaign.reward_days)
    claimed.save(update_fields=["state", "decided_by", "decided_at", "entry", "cost", "expires_at"])

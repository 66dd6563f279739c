"""Reward coins keep for as long as their campaign said. Their viewers are told ahead; what is unspent then
goes back, and with it the part of their cost that was set aside for creators."""

import datetime as dt
import uuid

from django.db import transaction

from ledger.chart import COIN_FLOAT, COINS_ISSUED, MARKETING_EXPENSE
from ledger.operations import Transfer, post
from wallets.challenge_states import ClaimState
from wallets.models import Claim, CoinRemoval, RewardNotice
from wallets.operations.challenge_notices import tell_of_expiry
from wallets.operations.rewards import COST_CURRENCY
from wallets.operations.take_back import take_back
from wallets.queries.provenance import whereabouts

EXPIRY_KIND = "reward_expiry"
COST_KIND = "reward_expiry_cost"


def warn(*, claim_id: uuid.UUID, at: dt.datetime) -> RewardNotice:
    """Note, and tell, how many coins of a reward will expire. Once; nothing is told where none are."""
    paid = Claim.objects.select_related("joining").get(pk=claim_id)
    unspent = whereabouts(paid.joining.viewer_id, paid.entry_id).unspent
    return _notice(paid, RewardNotice.Kind.EXPIRING, unspent, at)


def expire(*, claim_id: uuid.UUID, at: dt.datetime, early: bool = False) -> Claim:
    """Take back what is unspent of a reward whose days are over, frozen wallet or not. Doing it again, or too
    early (unless `early`), changes nothing."""
    with transaction.atomic():
        paid = Claim.objects.select_for_update(of=["self"]).select_related("joining").get(pk=claim_id)
        if paid.state != ClaimState.APPROVED or paid.expired_at is not None:
            return paid
        if paid.expires_at > at and not early:
            return paid
        taken = take_back(
            viewer_id=paid.joining.viewer_id,
            credit_id=paid.entry_id,
            destination=COINS_ISSUED.platform(),
            cause=CoinRemoval.Cause.EXPIRY,
            kind=EXPIRY_KIND,
            key=f"{EXPIRY_KIND}:{paid.pk}",
            at=at,
            through_freeze=True,
        )
        if cost := paid.cost * taken.coins // paid.coins:
            float_back = Transfer(
                COIN_FLOAT.platform(COST_CURRENCY), MARKETING_EXPENSE.platform(COST_CURRENCY), cost
            )
            post(kind=COST_KIND, key=f"{COST_KIND}:{paid.pk}", at=at, transfers=[float_back])
        paid.expired_at, paid.expired, paid.expiry_entry_id = at, taken.coins, taken.entry_id
        paid.save(update_fields=["expired_at", "expired", "expiry_entry"])
        _notice(paid, RewardNotice.Kind.EXPIRED, taken.coins, at)
    return paid


def _notice(paid: Claim, kind: RewardNotice.Kind, coins: int, at: dt.datetime) -> RewardNotice:
    with transaction.atomic():
        found = {"coins": coins, "at": at}
        notice, new = RewardNotice.objects.get_or_create(claim=paid, kind=kind, defaults=found)
        if new and coins:
            tell_of_expiry(paid, coins=coins, at=at)
    return notice

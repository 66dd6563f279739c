"""The wallet of somebody who leaves is emptied."""

import datetime as dt

from django.db.transaction import atomic

from ledger.chart import COIN_FLOAT, COINS_ISSUED, FORFEITED, VIEWER_COINS
from ledger.operations import Transfer, lock, post
from ledger.queries import balance
from wallets.challenge_states import ClaimState
from wallets.models import Claim
from wallets.operations.reward_expiry import expire
from wallets.queries.purchases import purchases_of
from wallets.queries.refunds import refund_quote

KIND = "closure.coins"


@atomic
def settle(*, person, key: str, at: dt.datetime) -> None:
    """Coins cease to be. What was paid for them leaves the coin float, which no creator will ask for; rewards
    go back where they came from, as if they had expired. The same key does it once.

    Raises ledger.operations.AccountFrozen."""
    rewards = Claim.objects.filter(joining__viewer=person, state=ClaimState.APPROVED, expired_at__isnull=True)
    for claim_id in rewards.values_list("id", flat=True):
        expire(claim_id=claim_id, at=at, early=True)
    account = VIEWER_COINS.of(person.pk)
    lock([account])
    coins = balance(account)
    if not coins:
        return
    transfers = [Transfer(account, COINS_ISSUED.platform(), coins)]
    for currency, amount in _paid_for(person, coins).items():
        transfers.append(Transfer(COIN_FLOAT.platform(currency), FORFEITED.platform(currency), amount))
    post(kind=KIND, key=f"{key}:coins", at=at, transfers=transfers)


def _paid_for(person, coins: int) -> dict[str, int]:
    """{currency: smallest parts} of what unspent coins cost. The newest purchases hold them; coins that
    somebody else tipped were paid for by somebody else."""
    found: dict[str, int] = {}
    for purchase in purchases_of(person).filter(entry__isnull=False).order_by("-closed_at"):
        if coins <= 0:
            break
        quote = refund_quote(purchase)
        coins -= quote.coins
        if quote.amount:
            found[purchase.currency] = found.get(purchase.currency, 0) + quote.amount
    return found

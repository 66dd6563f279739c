"""Which rates may be announced."""

import datetime as dt
from decimal import Decimal

from ledger.operations import UnableToSetRate
from ledger.queries import rate_changes
from ledger.units import COIN, DIAMOND, to_decimal
from wallets.policy.campaigns import profitable_campaigns, told_of
from wallets.policy.prices import packages_between, ways_to_buy
from wallets.policy.reckoning import Reckoning
from wallets.queries.packages import packages_at
from wallets.queries.promotions import promotions_between

_OURS = (COIN, DIAMOND, "USD")


def refuse_profitable_rate(*, base: str, quote: str, value: Decimal, effective_at: dt.datetime) -> None:
    """A rule for `settings.LEDGER_RATE_RULES`: every package on sale from then on, and every promotion of
    one, must still cost at least what its coins pay out, for as long as this rate will be in force, and no
    campaigns' rewards may make up for the cost. Raises UnableToSetRate."""
    if base not in _OURS:
        return
    followers = (
        change.effective_at
        for change in rate_changes(since=effective_at)
        if (change.base, change.quote) == (base, quote) and change.effective_at > effective_at
    )
    until = next(followers, None)
    reckoning = Reckoning(until=until, instead={(base, quote): value})
    packages, promotions = packages_between(effective_at, until), promotions_between(effective_at, until)
    for way in ways_to_buy(packages, promotions):
        if reckoning.is_profitable(
            coins=way.coins,
            price=way.price,
            currency=way.package.currency,
            at=max(effective_at, way.begins),
        ):
            raise UnableToSetRate(
                f"At this rate {way.package} would cost less than they pay out: gifts to oneself would be a "
                "profit. Raise the price first, end the promotion, or set a lower rate.",
                "value",
            )
    campaigns = profitable_campaigns(reckoning=reckoning)
    if campaigns:
        raise UnableToSetRate(told_of(campaigns), "value")


def preview_rate(
    *, base: str, quote: str, value: Decimal, effective_at: dt.datetime
) -> list[tuple[str, str]]:
    """For `settings.LEDGER_RATE_PREVIEWS`: what a coin would pay out then, beside the coin that is cheapest
    for what it pays out. Raises ledger.queries.NoRate."""
    if base not in _OURS:
        return []
    now, then = Reckoning(), Reckoning(instead={(base, quote): value})
    told = [
        ("A coin pays out now", f"{now.payout_of_coin('USD', effective_at).normalize()} USD"),
        ("Then", f"{then.payout_of_coin('USD', effective_at).normalize()} USD"),
    ]
    offers = []
    for way in ways_to_buy(packages_at(effective_at), promotions_between(effective_at, None)):
        cost = to_decimal(way.price, way.package.currency) / way.coins
        paid = then.payout_of_coin(way.package.currency, effective_at)
        offers.append((paid / cost, cost, way.package))
    if offers:
        share, cost, package = max(offers, key=lambda offer: offer[0])
        told.append(
            (
                "The coin that is cheapest for it",
                f"{cost:.4f} {package.currency} ({package}), of which {share:.0%} would be paid out",
            )
        )
    return told

"""What prices and rates must never allow: sending gifts to oneself at a profit."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Q

from ledger.operations import UnableToSetRate
from ledger.queries import rate, rate_changes
from ledger.units import COIN, DIAMOND, to_decimal
from wallets.challenge_states import CampaignState
from wallets.models import Campaign, CoinPackage, Promotion
from wallets.queries.gift_types import gift_types_between
from wallets.queries.packages import packages_at
from wallets.queries.promotions import promotions_between

Steps = dict[tuple[str, str], Decimal]


def payout_of_coin(currency: str, at: dt.datetime, instead: Steps | None = None) -> Decimal:
    """What one coin, sent as a gift, is worth to a creator paid in that currency. `instead` holds rates to
    reckon with in place of those in force. Raises ledger.queries.NoRate."""
    worth = Decimal(1)
    for step in ((COIN, DIAMOND), (DIAMOND, "USD"), ("USD", currency)):
        worth *= (instead or {}).get(step) or rate(*step, at).value
    return worth


def is_profitable(
    *,
    coins: int,
    price: int,
    currency: str,
    at: dt.datetime,
    until: dt.datetime | None = None,
    instead: Steps | None = None,
) -> bool:
    """Whether these coins cost less than what they pay out, at the rates of that moment or at any announced
    for later: coins keep until a rate is good. `until` leaves out what is announced for then and after."""
    cost = to_decimal(price, currency) / coins
    changes = (change.effective_at for change in rate_changes(since=at))
    moments = [at, *(moment for moment in changes if until is None or moment < until)]
    return any(cost < payout_of_coin(currency, moment, instead) for moment in moments)


def profitable_promotion(promotion: Promotion) -> CoinPackage | None:
    """The first package that this promotion, announced or not, would make cost less than it pays out."""
    packages = CoinPackage.objects.filter(
        Q(available_until__isnull=True) | Q(available_until__gt=promotion.starts_at)
    )
    if promotion.last_moment is not None:
        packages = packages.filter(available_from__lt=promotion.last_moment)
    return next((package for package in packages if _is_promoted_into_profit(promotion, package)), None)


def profitable_price(package: CoinPackage) -> bool:
    """Whether the package, saved or not, would cost less than it pays out, also by promotions announced for
    then."""
    at = package.available_from
    if is_profitable(coins=package.coins, price=package.price, currency=package.currency, at=at):
        return True
    promotions = promotions_between(at, package.available_until)
    return any(_is_promoted_into_profit(promotion, package) for promotion in promotions)


def _is_promoted_into_profit(promotion: Promotion, package: CoinPackage) -> bool:
    return promotion.covers(package) and is_profitable(
        coins=promotion.coins_of(package),
        price=promotion.price_of(package),
        currency=package.currency,
        at=max(promotion.starts_at, package.available_from),
    )


def refuse_profitable_rate(*, base: str, quote: str, value: Decimal, effective_at: dt.datetime) -> None:
    """A rule for `settings.LEDGER_RATE_RULES`: every package on sale from then on, and every promotion of
    one, must still cost at least what its coins pay out, for as long as this rate will be in force, and no
    campaign's reward may make up for the cost. Raises UnableToSetRate."""
    if base not in (COIN, DIAMOND, "USD"):
        return
    followers = (
        change.effective_at
        for change in rate_changes(since=effective_at)
        if (change.base, change.quote) == (base, quote) and change.effective_at > effective_at
    )
    until = next(followers, None)
    packages = CoinPackage.objects.filter(
        Q(available_until__isnull=True) | Q(available_until__gt=effective_at)
    )
    if until is not None:
        packages = packages.filter(available_from__lt=until)
    promotions = list(promotions_between(effective_at, until))
    for package in packages:
        for coins, price, since in _ways_to_buy(package, promotions):
            if is_profitable(
                coins=coins,
                price=price,
                currency=package.currency,
                at=max(effective_at, since),
                until=until,
                instead={(base, quote): value},
            ):
                raise UnableToSetRate(
                    f"At this rate {package} would cost less than they pay out: gifts to oneself would be a "
                    "profit. Raise the price first, end the promotion, or set a lower rate.",
                    "value",
                )
    campaign = profitable_campaign(until=until, instead={(base, quote): value})
    if campaign is not None:
        raise UnableToSetRate(told_of(campaign), "value")


def _ways_to_buy(package: CoinPackage, promotions: list[Promotion]) -> Iterator[tuple[int, int, dt.datetime]]:
    """(coins, price, from when) of the package by itself and by each promotion that meets it."""
    yield package.coins, package.price, package.available_from
    for promotion in promotions:
        since = max(package.available_from, promotion.starts_at)
        ends = [moment for moment in (package.available_until, promotion.last_moment) if moment]
        if promotion.covers(package) and all(since < moment for moment in ends):
            yield promotion.coins_of(package), promotion.price_of(package), since


def least_coins(campaign: Campaign, since: dt.datetime) -> int | None:
    """The coins that reaching the target takes at least, from `since` to the campaign's end; None where it
    takes none, or where nobody sells what it asks for."""
    if campaign.kind == Campaign.Kind.SPEND:
        return campaign.target
    if not campaign.counts_gifts:
        return None
    sold = gift_types_between(max(since, campaign.starts_at), campaign.ends_at)
    if campaign.gift_slug:
        sold = sold.filter(slug=campaign.gift_slug)
    cheapest = sold.first()
    return cheapest and cheapest.coins * campaign.target


def is_profitable_campaign(
    campaign: Campaign,
    *,
    since: dt.datetime,
    promotion: Promotion | None = None,
    until: dt.datetime | None = None,
    instead: Steps | None = None,
) -> bool:
    """Whether its reward makes up, somewhere, for what reaching its target costs who gives to themselves:
    the least coins for it cost their part of a package sold from `since` to the campaign's end, and pay out
    together with the reward. `promotion` is one more to reckon with; `until` and `instead` are those of
    `is_profitable`."""
    least = least_coins(campaign, since)
    if least is None:
        return False
    ends = campaign.ends_at
    packages = CoinPackage.objects.filter(
        Q(available_until__isnull=True) | Q(available_until__gt=since), available_from__lt=ends
    )
    promotions = list(promotions_between(since, ends))
    if promotion is not None and promotion.starts_at < ends:
        promotions.append(promotion)
    return any(
        is_profitable(
            coins=coins * (least + campaign.reward),
            price=price * least,
            currency=package.currency,
            at=max(since, begins),
            until=until,
            instead=instead,
        )
        for package in packages
        for coins, price, begins in _ways_to_buy(package, promotions)
    )


def profitable_campaign(
    *, promotion: Promotion | None = None, until: dt.datetime | None = None, instead: Steps | None = None
) -> Campaign | None:
    """The first published campaign that would pay those who give to themselves, at prices and promotions as
    they are written down, and what else `is_profitable_campaign` is to reckon with. What could be had at any
    time since it was published counts: coins and diamonds keep."""
    published = Campaign.objects.filter(state=CampaignState.PUBLISHED).order_by("ends_at", "id")
    more = {"promotion": promotion, "until": until, "instead": instead}
    return next(
        (each for each in published if is_profitable_campaign(each, since=each.published_at, **more)), None
    )


def told_of(campaign: Campaign) -> str:
    """Why something is refused for a campaign's sake."""
    return (
        f"The campaign “{campaign}” would then pay out more than it costs to reach: gifts to oneself would "
        "be a profit. End it first, or choose otherwise."
    )


def preview_rate(
    *, base: str, quote: str, value: Decimal, effective_at: dt.datetime
) -> list[tuple[str, str]]:
    """For `settings.LEDGER_RATE_PREVIEWS`: what a coin would pay out then, beside the coin that is cheapest
    for what it pays out. Raises ledger.queries.NoRate."""
    if base not in (COIN, DIAMOND, "USD"):
        return []
    instead = {(base, quote): value}
    promotions = list(promotions_between(effective_at, None))
    offers = [
        (to_decimal(price, package.currency) / coins, package)
        for package in packages_at(effective_at)
        for coins, price, _begins in _ways_to_buy(package, promotions)
    ]
    told = [
        ("A coin pays out now", f"{payout_of_coin('USD', effective_at).normalize()} USD"),
        ("Then", f"{payout_of_coin('USD', effective_at, instead).normalize()} USD"),
    ]
    if offers:
        paid = {package.currency: Decimal() for _cost, package in offers}
        paid = {currency: payout_of_coin(currency, effective_at, instead) for currency in paid}
        cost, package = max(offers, key=lambda offer: paid[offer[1].currency] / offer[0])
        share = paid[package.currency] / cost
        told.append(
            (
                "The coin that is cheapest for it",
                f"{cost:.4f} {package.currency} ({package}), of which {share:.0%} would be paid out",
            )
        )
    return told

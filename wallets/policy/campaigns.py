"""Which campaigns may run beside each other."""

import datetime as dt
from fractions import Fraction
from functools import cache
from itertools import groupby, product
from operator import attrgetter, itemgetter

from django.utils.text import get_text_list

from wallets.challenge_states import CampaignState
from wallets.models import Campaign, Promotion
from wallets.policy.prices import WayToBuy, packages_between, ways_to_buy
from wallets.policy.reckoning import Reckoning
from wallets.queries.gift_types import gift_types_between
from wallets.queries.promotions import promotions_between


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


def profitable_campaigns(
    *,
    campaign: Campaign | None = None,
    at: dt.datetime | None = None,
    promotion: Promotion | None = None,
    reckoning: Reckoning | None = None,
) -> list[Campaign]:
    """The campaigns whose rewards would make up, somewhere, for what reaching their targets costs who gives
    to themselves: one, or where only together they would, all that can be taken part in together. None
    where gifts to oneself stay no profit.

    Reckoned by the published campaigns and by prices and promotions as they are written down, with
    `promotion` as one more. What could be had at any time since a campaign was published counts: coins and
    diamonds keep. Given a `campaign`, as it stands (a draft as if published `at`), only what it has a part
    in is asked.
    """
    reckoning = reckoning or Reckoning()
    running = _running(campaign, at)
    if not running:
        return []
    since, until = min(each.since for each in running), max(each.campaign.ends_at for each in running)
    promotions = list(promotions_between(since, until))
    if promotion is not None and promotion.starts_at < until:
        promotions.append(promotion)

    gains = cache(most_given)

    def pays(way: WayToBuy, *together: Running) -> bool:
        gain = gains(*together)
        return reckoning.is_profitable(
            coins=way.coins * gain.numerator,
            price=way.price * gain.denominator,
            currency=way.package.currency,
            at=max(way.begins, min(each.since for each in together)),
        )

    ways = ways_to_buy(packages_between(since, until), promotions)
    for way, country in product(ways, _countries(running)):
        together = [each for each in running if each.meets(way.begins, way.ends, country)]
        asked = [each for each in together if campaign in (None, each.campaign)]
        if asked and pays(way, *together):
            alone = next((each for each in asked if pays(way, each)), None)
            return [each.campaign for each in ([alone] if alone else together)]
    return []


class Running:
    """A campaign that coins can be given in: `least` reach its target, from when it was published."""

    def __init__(self, campaign: Campaign, since: dt.datetime, least: int) -> None:
        self.campaign, self.since, self.least = campaign, since, least

    def meets(self, begins: dt.datetime, ends: dt.datetime | None, country: str) -> bool:
        """Whether coins that can be had from `begins` to `ends` can be given in it by viewers of there."""
        for_them = self.campaign.is_for(country)
        return for_them and begins < self.campaign.ends_at and (ends is None or ends > self.since)


def _countries(running: list[Running]) -> set[str]:
    """Those that a campaign is for, and "" for all others."""
    return {"", *(country.code for each in running for country in each.campaign.countries)}


def _running(campaign: Campaign | None, at: dt.datetime | None) -> list[Running]:
    published = {each.pk: each for each in Campaign.objects.filter(state=CampaignState.PUBLISHED)}
    if campaign is not None:
        published[campaign.pk] = campaign
    found = []
    for each in sorted(published.values(), key=attrgetter("ends_at", "pk")):
        since = each.published_at or at
        least = least_coins(each, since)
        if least is not None:
            found.append(Running(each, since, least))
    return found


def most_given(*together: Running) -> Fraction:
    """How many coins can be given at most for each that is bought, where every coin counts in every one of
    these campaigns: rewards are coins, too, and count when they are given."""
    reached = sorted(
        (each.least * time, each.campaign.reward)
        for each in together
        for time in range(1, each.campaign.times + 1)
    )
    bought, rewarded, most = 0, 0, Fraction(1)
    for given, rewards in groupby(reached, key=itemgetter(0)):
        bought = max(bought, given - rewarded)
        rewarded += sum(reward for _, reward in rewards)
        most = max(most, Fraction(bought + rewarded, bought))
    return most


def told_of(campaigns: list[Campaign]) -> str:
    """Why something is refused for these campaigns' sake."""
    names = [f"“{campaign}”" for campaign in campaigns]
    if len(names) == 1:
        return (
            f"The campaign {names[0]} would then pay out more than it costs to reach: gifts to oneself would "
            "be a profit. End it first, or choose otherwise."
        )
    return (
        f"Who takes part in the campaigns {get_text_list(names, 'and')} at once would then be paid out more "
        "than it costs: gifts to oneself would be a profit. End one first, or choose otherwise."
    )

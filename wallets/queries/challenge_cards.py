"""Campaigns as their readers see them: the rule in words, and how far they are."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import intcomma

from wallets.models import Campaign, GiftType, Joining
from wallets.queries.challenges import campaigns_for, joining_of, joinings_of
from wallets.queries.progress import Progress, progress_of

_NOUNS = {
    Campaign.Kind.SPEND: ("coin", "coins"),
    Campaign.Kind.GIFTS: ("gift", "gifts"),
    Campaign.Kind.CREATORS: ("creator", "creators"),
    Campaign.Kind.CHECK_INS: ("day", "days"),
    Campaign.Kind.ROW: ("day", "days"),
    Campaign.Kind.SUBMISSIONS: ("submission", "submissions"),
}


@dataclass(frozen=True)
class Card:
    """`joining` and `progress` are None for who has not joined."""

    campaign: Campaign
    rule: str
    joining: Joining | None = None
    progress: Progress | None = None

    @property
    def left(self) -> str:
        """What is still to be done for the next reward: "3 days to go"."""
        return f"{_counted(self.progress.left, self.campaign)} to go" if self.progress else ""

    @property
    def so_far(self) -> str:
        progress = self.progress
        return (
            f"{intcomma(progress.current)} of {_counted(progress.target, self.campaign)}" if progress else ""
        )


@dataclass(frozen=True)
class Board:
    """A reader's challenges: `joined` ones that they can still do or claim something in, `open` ones that
    they may join, `over` ones that are done or past."""

    joined: list[Card]
    open: list[Card]
    over: list[Card]


def board_for(viewer, at: dt.datetime) -> Board:
    known = viewer.is_authenticated
    joinings = joinings_of(viewer, at) if known else []
    taken = {joining.campaign_id for joining in joinings}
    campaigns = campaigns_for(str(viewer.country) if known else "", at)
    free = [campaign for campaign in campaigns if campaign.pk not in taken]
    names = gift_names([*free, *(joining.campaign for joining in joinings)])
    progress = progress_of(joinings, at)
    mine = [_card(each.campaign, names, each, progress[each.pk]) for each in joinings]
    goes_on = [card for card in mine if card.campaign.is_claimable(at) and not card.progress.is_done]
    return Board(
        joined=goes_on,
        open=[_card(campaign, names) for campaign in free],
        over=[card for card in mine if card not in goes_on],
    )


def card_for(viewer, campaign: Campaign, at: dt.datetime) -> Card:
    joining = joining_of(viewer, campaign)
    progress = progress_of([joining], at)[joining.pk] if joining else None
    return _card(campaign, gift_names([campaign]), joining, progress)


def _card(campaign: Campaign, names: dict[str, str], *own) -> Card:
    return Card(campaign, rule(campaign, names.get(campaign.gift_slug, "")), *own)


def gift_names(campaigns: Iterable[Campaign]) -> dict[str, str]:
    """{slug: name} of the gifts that these campaigns ask for."""
    slugs = {campaign.gift_slug for campaign in campaigns if campaign.gift_slug}
    if not slugs:
        return {}
    return dict(
        GiftType.objects.filter(slug__in=slugs).order_by("available_from").values_list("slug", "name")
    )


def rule(campaign: Campaign, gift_name: str) -> str:
    """One sentence, as in "Send 10 gifts."."""
    counted = _counted(campaign.target, campaign)
    kind = f" of the kind {gift_name}" if gift_name else ""
    match campaign.kind:
        case Campaign.Kind.SPEND:
            return f"Spend {counted} on gifts{kind}."
        case Campaign.Kind.GIFTS:
            return f"Send {counted}{kind}."
        case Campaign.Kind.CREATORS:
            to = f"{intcomma(campaign.target)} different creators" if campaign.target > 1 else "a creator"
            return f"Send a gift{kind} to {to}."
        case Campaign.Kind.CHECK_INS:
            return f"Check in here on {counted}."
        case Campaign.Kind.ROW:
            return f"Check in here on {counted} in a row."
        case _:
            return f"Have {counted} accepted by a creator who judges."


def _counted(number: int, campaign: Campaign) -> str:
    return f"{intcomma(number)} {_noun(number, campaign)}"


def _noun(number: int, campaign: Campaign) -> str:
    return _NOUNS[campaign.kind][number != 1]

"""What staff do with campaigns, from the draft to the end. Each movement of a budget is an entry."""

import datetime as dt
import uuid

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import get_text_list

from ledger.chart import COINS_ISSUED, REWARD_COINS_FUNDED
from ledger.operations import Transfer, post
from wallets.challenge_states import CampaignState, sources
from wallets.models import Campaign
from wallets.operations.campaign_profit import lock_terms
from wallets.policy.campaigns import least_coins, profitable_campaigns, told_of

FUND_KIND = "campaign_funding"
RELEASE_KIND = "campaign_release"


class UnableToChangeCampaign(Exception):
    """The campaign stays as it is; the words say why. `field` names the one that is wrong, where one is."""

    code = "campaign_refused"

    def __init__(self, words: str, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


class NotPermitted(UnableToChangeCampaign):
    code = "not_permitted"

    def __init__(self) -> None:
        super().__init__("You may not publish and change campaigns.")


class WrongCampaignState(UnableToChangeCampaign):
    code = "wrong_state"

    def __init__(self, campaign: Campaign) -> None:
        super().__init__(
            f"{campaign} is {campaign.get_state_display().lower()}, so this can't be done any more."
        )


class ProfitableCampaign(UnableToChangeCampaign):
    code = "profitable_campaign"

    def __init__(self, others: list[Campaign]) -> None:
        beside = (
            f"Together with {get_text_list([f'“{each}”' for each in others], 'and')}, what"
            if others
            else "What"
        )
        super().__init__(
            f"{beside} this earns would pay out more than it costs to reach: gifts to oneself would be a "
            "profit. Lower the reward or raise the target.",
            "reward",
        )


def save_draft(*, campaign: Campaign, judges: list, at: dt.datetime) -> Campaign:
    """Keep a draft, new or changed. Saving the same again changes nothing.

    Raises UnableToChangeCampaign (WrongCampaignState) with `field` where one is wrong."""
    campaign.created_at = campaign.created_at or at
    assert_fits(kind=campaign.kind, gift_slug=campaign.gift_slug, judges=judges)
    try:
        campaign.full_clean()
        with transaction.atomic():
            _assert_still(campaign, CampaignState.DRAFT)
            campaign.save()
            campaign.judges.set(judges)
    except ValidationError as error:
        field, words = next(iter(error.message_dict.items()))
        raise UnableToChangeCampaign(" ".join(words), field if field != "__all__" else None) from error
    except IntegrityError as error:
        raise UnableToChangeCampaign("Another campaign has just taken this address.", "slug") from error
    return campaign


def assert_fits(*, kind: str | None, gift_slug: str | None, judges: list) -> None:
    """Whether a kind of campaign goes with a gift and with judges. Raises UnableToChangeCampaign."""
    campaign = Campaign(kind=kind or "")
    if campaign.is_judged and not judges:
        raise UnableToChangeCampaign("Choose at least one creator who judges.", "judges")
    if gift_slug and not campaign.counts_gifts:
        raise UnableToChangeCampaign("Only campaigns about gifts count those of one kind.", "gift_slug")


def publish(*, campaign_id: uuid.UUID, actor: AbstractBaseUser, at: dt.datetime) -> Campaign:
    """Fund a draft's whole budget and show it. It begins now where its start has passed. Publishing again
    changes nothing more.

    Raises UnableToChangeCampaign (NotPermitted, WrongCampaignState, ProfitableCampaign)."""
    _assert_may(actor)
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
        if campaign.state == CampaignState.PUBLISHED:
            return campaign
        if campaign.state not in sources(CampaignState.PUBLISHED):
            raise WrongCampaignState(campaign)
        assert_publishable(campaign, at=at)
        _fund(campaign, campaign.budget, at)
        Campaign.objects.filter(pk=campaign.pk).update(
            state=CampaignState.PUBLISHED, published_at=at, starts_at=max(campaign.starts_at, at)
        )
        campaign.refresh_from_db()
    return campaign


def assert_publishable(campaign: Campaign, *, at: dt.datetime) -> None:
    """Raises UnableToChangeCampaign (ProfitableCampaign)."""
    if campaign.ends_at <= at:
        raise UnableToChangeCampaign("It would have ended already: move its end.", "ends_at")
    if campaign.is_judged and not campaign.judges.filter(is_creator=True, is_active=True).exists():
        raise UnableToChangeCampaign("Nobody could judge: choose a creator who is active.", "judges")
    counted = (Campaign.Kind.GIFTS, Campaign.Kind.CREATORS)
    if campaign.kind in counted and least_coins(campaign, at) is None:
        raise UnableToChangeCampaign("No such gift is on sale, so nobody could take part.", "gift_slug")
    lock_terms()
    profitable = profitable_campaigns(campaign=campaign, at=at)
    if profitable:
        raise ProfitableCampaign([each for each in profitable if each != campaign])


def raise_budget(
    *, campaign_id: uuid.UUID, budget: int, actor: AbstractBaseUser, at: dt.datetime
) -> Campaign:
    """Fund a published campaign up to `budget` coins in all. The same again changes nothing more.

    Raises UnableToChangeCampaign (NotPermitted, WrongCampaignState)."""
    _assert_may(actor)
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
        if campaign.state != CampaignState.PUBLISHED:
            raise WrongCampaignState(campaign)
        if budget < campaign.budget:
            raise UnableToChangeCampaign(
                f"It was promised {campaign.budget:,} coins. A budget can only be raised.", "budget"
            )
        if budget > campaign.budget:
            _fund(campaign, budget, at)
            campaign.budget = budget
            campaign.save(update_fields=["budget"])
    return campaign


def _fund(campaign: Campaign, budget: int, at: dt.datetime) -> None:
    """Bring what was funded for the campaign to `budget`; what was before is its present budget, or nothing
    where it is a draft."""
    known = campaign.budget if campaign.state == CampaignState.PUBLISHED else 0
    transfer = Transfer(COINS_ISSUED.platform(), REWARD_COINS_FUNDED.platform(), budget - known)
    post(kind=FUND_KIND, key=f"{FUND_KIND}:{campaign.pk}:{budget}", at=at, transfers=[transfer])


def change_end(
    *, campaign_id: uuid.UUID, ends_at: dt.datetime, actor: AbstractBaseUser, at: dt.datetime
) -> Campaign:
    """Let a published campaign run until `ends_at`, which may be sooner or later than announced, but not
    before `at`. What was reached by then can still be claimed for some days.

    Raises UnableToChangeCampaign (NotPermitted, WrongCampaignState)."""
    _assert_may(actor)
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
        if campaign.state != CampaignState.PUBLISHED:
            raise WrongCampaignState(campaign)
        if campaign.ends_at == ends_at:
            return campaign
        if campaign.ends_at <= at:
            raise UnableToChangeCampaign("It is over already; what was reached is being claimed.", "ends_at")
        if ends_at < at or ends_at <= campaign.starts_at:
            raise UnableToChangeCampaign("It ends from now on, and after it has begun.", "ends_at")
        prolonged, campaign.ends_at = ends_at > campaign.ends_at, ends_at
        if prolonged:
            lock_terms()
            profitable = profitable_campaigns(campaign=campaign)
            if profitable:
                raise UnableToChangeCampaign(told_of(profitable), "ends_at")
        campaign.save(update_fields=["ends_at"])
    return campaign


def cancel(*, campaign_id: uuid.UUID, actor: AbstractBaseUser, at: dt.datetime) -> Campaign:
    """Stop a campaign at once. Nothing can be claimed any more; claims that wait are still decided. What is
    left of its budget is put back. Cancelling again changes nothing more.

    Raises NotPermitted, WrongCampaignState."""
    _assert_may(actor)
    return _close(campaign_id, CampaignState.CANCELLED, at)


def end(*, campaign_id: uuid.UUID, at: dt.datetime) -> Campaign:
    """Close a campaign whose days for claiming are over and put the rest of its budget back. Ending again
    changes nothing more.

    Raises UnableToChangeCampaign (WrongCampaignState)."""
    return _close(campaign_id, CampaignState.ENDED, at)


def _close(campaign_id: uuid.UUID, target: CampaignState, at: dt.datetime) -> Campaign:
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
        if campaign.state == target:
            return campaign
        if campaign.state not in sources(target):
            raise WrongCampaignState(campaign)
        if target == CampaignState.ENDED and at < campaign.claims_until:
            raise UnableToChangeCampaign(
                f"What was reached can be claimed until {campaign.claims_until:%Y-%m-%d %H:%M} UTC."
            )
        rest = campaign.budget - campaign.committed
        if campaign.state == CampaignState.PUBLISHED:
            put_back(coins=rest, key=str(campaign.pk), at=at)
        else:
            rest = 0
        Campaign.objects.filter(pk=campaign.pk).update(state=target, closed_at=at, released=rest)
        campaign.refresh_from_db()
    return campaign


def put_back(*, coins: int, key: str, at: dt.datetime) -> None:
    """Coins that were funded and promised to nobody cease to be. `key` is that of the campaign or claim."""
    if coins:
        transfer = Transfer(REWARD_COINS_FUNDED.platform(), COINS_ISSUED.platform(), coins)
        post(kind=RELEASE_KIND, key=f"{RELEASE_KIND}:{key}", at=at, transfers=[transfer])


def set_aside(campaign: Campaign, *, coins: int) -> bool:
    """Promise these coins of a published campaign's budget to a claim; False where they are not there."""
    return bool(
        Campaign.objects.filter(
            pk=campaign.pk,
            state=CampaignState.PUBLISHED,
            committed__lte=F("budget") - F("released") - coins,
        ).update(committed=F("committed") + coins)
    )


def give_up(campaign: Campaign, *, coins: int, key: str, at: dt.datetime) -> None:
    """Take back a promise: the coins are the campaign's again, or cease to be where it has been closed."""
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    closed = locked.state != CampaignState.PUBLISHED
    Campaign.objects.filter(pk=campaign.pk).update(
        committed=F("committed") - coins, released=F("released") + (coins if closed else 0)
    )
    if closed:
        put_back(coins=coins, key=key, at=at)


def _assert_may(actor: AbstractBaseUser) -> None:
    if not actor.has_perm("wallets.publish_campaign"):
        raise NotPermitted


def _assert_still(campaign: Campaign, state: CampaignState) -> None:
    """Of one that was saved before: that it is in this state still, until the transaction ends."""
    known = Campaign.objects.select_for_update().filter(pk=campaign.pk).first()
    if known is not None and known.state != state:
        raise WrongCampaignState(known)

"""Published campaigns keep their reward, so what they were reckoned by may not change in favour of those who
give to themselves."""

from collections.abc import Callable

from django.db import connection

from wallets.models import Promotion
from wallets.policy import profitable_campaign, told_of


def lock_terms() -> None:
    """Until the caller's transaction ends nobody else publishes or prolongs a campaign, nor changes what one
    is reckoned by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('wallets.campaign_terms'))")


def refuse_profit(refusal: Callable[[str], Exception], promotion: Promotion | None = None) -> None:
    """For a transaction that has just written a price, or is about to write this `promotion`. Raises
    `refusal` of words that name the campaign which would become profitable."""
    lock_terms()
    campaign = profitable_campaign(promotion=promotion)
    if campaign is not None:
        raise refusal(told_of(campaign))

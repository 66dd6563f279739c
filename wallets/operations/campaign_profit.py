"""Published campaigns keep their reward, so what they were reckoned by may not change in favour of those who
give to themselves."""

from collections.abc import Callable

from django.db import connection

from wallets.models import Promotion
from wallets.policy.campaigns import profitable_campaigns, told_of


def lock_terms() -> None:
    """Until the caller's transaction ends nobody else publishes or prolongs a campaign, nor changes what one
    is reckoned by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('wallets.campaign_terms'))")


def refuse_profit(refusal: Callable[[str], Exception], promotion: Promotion | None = None) -> None:
    """For a transaction that has just written a price, or is about to write this `promotion`. Raises
    `refusal` of words that name the campaigns which would become profitable."""
    lock_terms()
    campaigns = profitable_campaigns(promotion=promotion)
    if campaigns:
        raise refusal(told_of(campaigns))

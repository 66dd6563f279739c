"""Every way to read payouts."""

import datetime as dt
import uuid

from payouts.models import PayoutPolicy, PayoutRequest
from payouts.states import State

# The EU, and the states that use the euro by agreement with it.
EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK AD MC SM VA".split()
)


def policy_for(country: str, at: dt.datetime) -> PayoutPolicy | None:
    """The terms in force in a country. A row of its own wins over the EU's."""
    regions = [country, "EU"] if country in EU else [country]
    rows = PayoutPolicy.objects.filter(region__in=regions, effective_at__lte=at).order_by("-effective_at")
    found = {row.region: row for row in reversed(rows)}
    return next((found[region] for region in regions if region in found), None)


def has_been_paid(creator_id: uuid.UUID) -> bool:
    """Whether a payout has ever reached this creator and stayed."""
    return PayoutRequest.objects.filter(creator_id=creator_id, state=State.PAID).exists()

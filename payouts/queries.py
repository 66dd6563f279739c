"""Every way to read payouts."""

import datetime as dt
import uuid

from payouts.models import PayoutPolicy, PayoutRequest, Remittance
from payouts.remittance_states import UNDELIVERED
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


def waiting_to_be_sent() -> list[uuid.UUID]:
    """Approved payouts, oldest first; one whose account was removed since waits for a person."""
    waiting = PayoutRequest.objects.filter(state=State.APPROVED, method__retired_at__isnull=True)
    return list(waiting.order_by("id").values_list("id", flat=True))


def unanswered(*, before: dt.datetime) -> list[uuid.UUID]:
    """Remittances last taken in hand before this moment, of which nobody heard."""
    silent = Remittance.objects.filter(state__in=UNDELIVERED, attempted_at__lte=before)
    return list(silent.order_by("attempted_at").values_list("id", flat=True))

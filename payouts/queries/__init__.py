"""Every way to read payouts."""

import datetime as dt
import uuid

from django.db.models import Case, F, Q, QuerySet, Sum, When
from django.db.models.functions import Now

from payouts.models import (
    BankEntry,
    PaymentFile,
    PayoutEvent,
    PayoutMethod,
    PayoutPolicy,
    PayoutRequest,
    Remittance,
)
from payouts.queries.balances import Balance as Balance
from payouts.queries.balances import balances_of as balances_of
from payouts.queries.balances import currencies_of as currencies_of
from payouts.queries.balances import diamonds_of as diamonds_of
from payouts.queries.stops import stops_at
from payouts.remittance_states import UNDELIVERED, RemittanceState
from payouts.states import OPEN, State

# The EU, and the states that use the euro by agreement with it.
EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK AD MC SM VA".split()
)


def policy_for(country: str, at: dt.datetime) -> PayoutPolicy | None:
    """The terms in force in a country, with the `stops` there are (see `stops_at`). A row of its own wins
    over the EU's."""
    regions = [country, "EU"] if country in EU else [country]
    own_first = Case(When(region=country, then=0), default=1)
    rows = PayoutPolicy.objects.filter(region__in=regions, effective_at__lte=at)
    rows = rows.annotate(stops=stops_at(country))
    return rows.order_by(own_first, "-effective_at").first()


def policy_announced(country: str, at: dt.datetime) -> PayoutPolicy | None:
    """The first terms to come in a country that has none."""
    regions = [country, "EU"] if country in EU else [country]
    rows = PayoutPolicy.objects.filter(region__in=regions, effective_at__gt=at)
    return rows.order_by("effective_at").first()


def method_in_use(owner_id: uuid.UUID) -> PayoutMethod | None:
    return PayoutMethod.objects.filter(owner_id=owner_id, retired_at__isnull=True).first()


def methods_of(owner_id: uuid.UUID) -> QuerySet[PayoutMethod]:
    """Newest first, retired ones included."""
    return PayoutMethod.objects.filter(owner_id=owner_id)


def payouts_of(creator_id: uuid.UUID, state: str = "") -> QuerySet[PayoutRequest]:
    """Newest first; of one state, or all."""
    wanted = {"creator_id": creator_id} | ({"state": state} if state else {})
    found = PayoutRequest.objects.filter(**wanted).select_related("method", "policy")
    # A list or a page shows `masked` alone, and would decrypt these for nothing.
    return found.defer("method__holder", "method__details").prefetch_related("lines")


def open_payout(creator_id: uuid.UUID) -> PayoutRequest | None:
    """The one request for which something is held."""
    opened = PayoutRequest.objects.filter(creator_id=creator_id, state__in=OPEN)
    return opened.select_related("policy").first()


def events_of(payout: PayoutRequest) -> QuerySet[PayoutEvent]:
    """Oldest first."""
    return payout.events.select_related("actor")


def public_events_of(payout: PayoutRequest) -> QuerySet[PayoutEvent]:
    """Oldest first, without what the creator is not told: events that moved nothing."""
    return payout.events.exclude(from_state=F("to_state"))


def requested_on(creator_id: uuid.UUID, day: dt.date) -> int:
    """US cents that a creator has requested on a UTC day and not got back."""
    start = dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
    requested = PayoutRequest.objects.filter(
        creator_id=creator_id, requested_at__gte=start, requested_at__lt=start + dt.timedelta(days=1)
    ).exclude(state__in=[State.REJECTED, State.CANCELLED, State.RETURNED])
    return requested.aggregate(total=Sum("gross_usd"))["total"] or 0


def awaiting_review() -> Q:
    """What the review desk has to look at."""
    return Q(state__in=[State.REQUESTED, State.IN_REVIEW, State.ON_HOLD])


def failed() -> Q:
    """What a person has to send again or cancel."""
    return Q(state=State.FAILED)


def payouts_to_review() -> QuerySet[PayoutRequest]:
    return PayoutRequest.objects.filter(awaiting_review())


def payouts_that_failed() -> QuerySet[PayoutRequest]:
    return PayoutRequest.objects.filter(failed())


def remittances_in_doubt() -> QuerySet[Remittance]:
    """Nobody knows yet whether the bank has them."""
    return Remittance.objects.filter(state=RemittanceState.UNKNOWN)


def parked_bank_entries() -> QuerySet[BankEntry]:
    return BankEntry.objects.filter(outcome=BankEntry.Outcome.PARKED)


def overdue_bank_entries() -> QuerySet[BankEntry]:
    """Told of for more than a day, and still waiting for another word of the bank."""
    before = Now() - dt.timedelta(days=1)
    return BankEntry.objects.filter(outcome=BankEntry.Outcome.WAITING, message__received_at__lt=before)


def has_been_paid(creator_id: uuid.UUID) -> bool:
    """Whether a payout has ever reached this creator and stayed."""
    return PayoutRequest.objects.filter(creator_id=creator_id, state=State.PAID).exists()


def unanswered(*, before: dt.datetime) -> list[uuid.UUID]:
    """Payment files last taken in hand before this moment, of which nobody heard."""
    silent = PaymentFile.objects.filter(
        by_hand=False, attempted_at__lte=before, remittances__state__in=UNDELIVERED
    ).distinct()
    return list(silent.order_by("attempted_at").values_list("id", flat=True))


def paid_by_day(creator_id: uuid.UUID) -> list[tuple[dt.date, str, int]]:
    """(UTC day, currency, net) of each payout that has reached a creator and stayed, oldest first; the net in
    the currency's smallest part."""
    paid = PayoutRequest.objects.filter(creator_id=creator_id, state=State.PAID)
    rows = paid.order_by("settlement_entry__at").values_list("settlement_entry__at", "currency", "net")
    return [(at.astimezone(dt.UTC).date(), currency, net) for at, currency, net in rows]

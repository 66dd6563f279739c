"""Our transfers beside those that Stripe lists: what it did without us, and what its events never told."""

import datetime as dt

from payouts import rails
from payouts.models import BankEntry
from payouts.rails.interface import Refused, Unsure
from payouts.rails.stripe.rail import StripeRail
from payouts.rails.stripe.transfers import Transferred, made_on
from payouts.remittance_states import RemittanceState

SLACK = dt.timedelta(days=1)
"""A transfer and the event that told of it may part at midnight."""


def compare(day: dt.date) -> list[dict]:
    """One report of a UTC day, as `settings.RECONCILED_FILES` wants it; none where there is no such rail.

    Each transfer of the day is looked for among what our rows know, with its amount and what came back of it
    so far, and each that our rows know of that day among Stripe's."""
    if StripeRail.channel not in rails.channels():
        return []
    report = {"source": "provider:stripe-transfers"}
    try:
        theirs = made_on(day)
        around = [*theirs, *made_on(day - SLACK), *made_on(day + SLACK)]
    except (Refused, Unsure) as problem:
        return [report | {"problem": str(problem)}]
    ours = _known().filter(booked_date=day)
    told = {transfer.reference for transfer in around}
    known = {entry.bank_reference: entry for entry in _known().filter(bank_reference__in=told)}
    missing = [entry for entry in ours if entry.bank_reference not in told]
    differences = [
        *(_difference("missing_there", entry, ours=-entry.amount) for entry in missing),
        *(found for transfer in theirs for found in _beside_ours(transfer, known.get(transfer.reference))),
    ]
    return [report | {"ours": len(ours), "theirs": len(theirs), "differences": differences}]


def _known():
    """Transfers that Stripe's events have told of, and that settled a payout."""
    told = BankEntry.objects.filter(message__channel=StripeRail.channel, what=BankEntry.What.DEBIT)
    settled = told.filter(outcome__in=[BankEntry.Outcome.APPLIED, BankEntry.Outcome.BY_HAND])
    return settled.select_related("remittance")


def _difference(kind: str, of: BankEntry, *, ours: int) -> dict:
    facts = {"what": "transfer", "reference": of.bank_reference, "currency": of.currency}
    return facts | {"kind": kind, "ours": ours, "detail": f"It paid {of.end_to_end_id}."}


def _beside_ours(transfer: Transferred, entry: BankEntry | None) -> list[dict]:
    """Amounts are signed as on a statement of ours: what leaves is negative."""
    facts = {
        "what": "transfer",
        "reference": transfer.reference,
        "currency": transfer.currency,
        "detail": f"It names {transfer.end_to_end_id or 'no payment of ours'}.",
    }
    if entry is None:
        return [facts | {"kind": "missing_here", "theirs": -transfer.amount}]
    found = []
    if (transfer.amount, transfer.currency) != (entry.remittance.amount, entry.remittance.currency):
        found.append(facts | {"kind": "amount", "ours": -entry.remittance.amount, "theirs": -transfer.amount})
    back = entry.remittance.amount if entry.remittance.state == RemittanceState.RETURNED else 0
    if transfer.amount_reversed != back:
        found.append(
            facts | {"kind": "amount", "what": "return", "ours": back, "theirs": transfer.amount_reversed}
        )
    return found

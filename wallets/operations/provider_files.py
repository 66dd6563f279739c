"""Our purchases, refunds and disputes beside the account that each provider keeps for us."""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q, QuerySet

from wallets import providers
from wallets.models import CoinPurchase, CoinRefund, Dispute
from wallets.providers import Movement
from wallets.states import DisputeState, PurchaseState, RefundState

SLACK = dt.timedelta(days=1)
"""Their day and ours may part at midnight: what one side has of a day the other may have of the next."""


def compare(day: dt.date) -> list[dict]:
    """One report for each provider that is switched on: `source`, how many movements `ours` and `theirs` had
    on that UTC day, the `balances` it holds now, and the `differences` between the two; or the `problem` that
    kept it from being asked. Amounts are in the smallest part of their currency."""
    return [_report(name, day) for name in settings.PAYMENT_PROVIDERS]


def _report(name: str, day: dt.date) -> dict:
    report = {"source": f"provider:{name}"}
    provider = providers.provider_named(name)
    try:
        theirs = provider.movements(day)
        around = theirs + [line for other in (day - SLACK, day + SLACK) for line in provider.movements(other)]
        balances = provider.balances()
    except (providers.ProviderRefused, providers.ProviderUnreachable) as problem:
        return report | {"problem": str(problem)}
    ours = list(booked_by_us(provider.name, day))
    told = {(line.what, line.reference): line for line in around}
    return report | {
        "ours": len(ours),
        "theirs": len(theirs),
        "balances": balances,
        "differences": [
            *(
                _difference("missing_there", line, ours=line.amount)
                for line in ours
                if _key(line) not in told
            ),
            *(found for line in theirs if (found := _beside_our_rows(name, line))),
        ],
    }


def _key(line: Movement) -> tuple[str, str]:
    return line.what, line.reference


def _difference(kind: str, line: Movement, *, ours: int | None = None, theirs: int | None = None) -> dict:
    facts = {"what": line.what, "reference": line.reference, "currency": line.currency}
    return facts | {"kind": kind, "ours": ours, "theirs": theirs}


def booked_by_us(name: str, day: dt.date) -> Iterator[Movement]:
    """What our rows say that this provider booked on that day."""
    start = dt.datetime.combine(day, dt.time(), dt.UTC)
    within = (start, start + dt.timedelta(days=1) - dt.timedelta.resolution)
    paid = CoinPurchase.objects.filter(provider=name, state=PurchaseState.PAID, closed_at__range=within)
    for row in paid:
        reference = row.payment_reference or row.provider_reference
        yield Movement("charge", reference, row.price, row.currency)
    for row in _refunds(name).filter(state=RefundState.SUCCEEDED, closed_at__range=within):
        yield Movement("refund", row.provider_reference, -row.amount, row.currency)
    withdrawn = _disputes(name).filter(withdrawn=True)
    for row in withdrawn.filter(opened_at__range=within):
        yield Movement("dispute", row.provider_reference, -row.amount, row.currency)
    for row in withdrawn.filter(state=DisputeState.WON, closed_at__range=within):
        yield Movement("dispute_reversal", row.provider_reference, row.amount, row.currency)


def _refunds(name: str) -> QuerySet[CoinRefund]:
    return CoinRefund.objects.filter(purchase__provider=name).select_related("purchase")


def _disputes(name: str) -> QuerySet[Dispute]:
    return Dispute.objects.filter(purchase__provider=name).select_related("purchase")


def _beside_our_rows(name: str, line: Movement) -> dict | None:
    """What a line of theirs and our row of it, of whatever day, tell differently."""
    row = _row(name, line)
    if row is None:
        return _difference("missing_here", line, theirs=line.amount)
    amount = row.price if isinstance(row, CoinPurchase) else row.amount
    amount = amount if line.amount > 0 else -amount
    if (amount, row.currency) != (line.amount, line.currency):
        return _difference("amount", line, ours=amount, theirs=line.amount)
    return None


def _row(name: str, line: Movement) -> CoinPurchase | CoinRefund | Dispute | None:
    """Ours, in the state that the line says."""
    if line.what == "charge":
        named = Q(payment_reference=line.reference) | Q(provider_reference=line.reference)
        return CoinPurchase.objects.filter(named, provider=name, state=PurchaseState.PAID).first()
    if line.what in ("refund", "refund_failure"):
        refunds = _refunds(name).filter(provider_reference=line.reference)
        states = [RefundState.FAILED] if line.what == "refund_failure" else RefundState.values
        return refunds.filter(state__in=states).first()
    disputes = _disputes(name).filter(provider_reference=line.reference)
    if line.what == "dispute_reversal":
        disputes = disputes.filter(state=DisputeState.WON)
    return disputes.first()

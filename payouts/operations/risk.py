"""Asks once, when a payout is requested, what a reviewer should know, and keeps the answers."""

import datetime as dt

from django.conf import settings
from django.utils.module_loading import import_string

from payouts.models import PayoutRequest, RiskSignal
from payouts.models.risk import Weight


def assess(*, payout: PayoutRequest, at: dt.datetime) -> list[RiskSignal]:
    """In the caller's transaction. `settings.PAYOUT_RISK_SIGNALS` is {dotted path: weight}."""
    found = [
        RiskSignal(payout=payout, code=path.rpartition(".")[2], weight=weight, raised_at=at, **signal)
        for path, weight in settings.PAYOUT_RISK_SIGNALS.items()
        if (signal := import_string(path)(payout)) is not None
    ]
    return RiskSignal.objects.bulk_create(found)


def asks_for_a_person(signals: list[RiskSignal]) -> bool:
    return any(signal.weight == Weight.REVIEW for signal in signals)

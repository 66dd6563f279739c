"""What a creator who wants to leave has to know about their money."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse

from ledger.leaving import Bearing, Matter
from ledger.units import DIAMOND
from payouts import queries
from payouts.gates import failed, gates, next_step
from payouts.words import money


def matters(person, at: dt.datetime) -> list[Matter]:
    return [*_stopping(person), *_available(person, at)]


def _stopping(person) -> Iterator[Matter]:
    payout = queries.open_payout(person.pk)
    if payout is not None:
        yield Matter(
            code="payout",
            bearing=Bearing.STOPS,
            label=f"Payout {payout.reference} {payout.stands}",
            words="Wait until it has arrived, or cancel it while you can.",
            url=reverse("payouts:payout", args=[payout.pk]),
            action="Follow it",
        )
    for unit, balance in queries.balances_of(person.pk).items():
        if balance.owed:
            yield Matter(
                code="debt",
                bearing=Bearing.STOPS,
                label=f"You owe {money(balance.owed, unit)}",
                words="What becomes available next repays it. Write to us if nothing more will.",
                url=reverse("payouts:clawbacks" if unit == DIAMOND else "payouts:statements"),
                action="See why",
            )


def _available(person, at: dt.datetime) -> Iterator[Matter]:
    """With the offer of a payout wherever nothing stands in its way."""
    balances = queries.balances_of(person.pk)
    has = {unit: balance.available for unit, balance in balances.items() if balance.available}
    if not has:
        return
    closed = failed(gates(person, at)) if person.is_creator else []
    gate = next_step(closed)
    for unit, amount in has.items():
        yield Matter(
            code="available",
            bearing=Bearing.LOST,
            label=money(amount, unit),
            words=f"It can't be paid out now. {gate.sentence}" if gate else "It can be paid out now.",
            url=gate.url if gate else reverse("payouts:new"),
            action=gate.action if gate else "Ask for a payout first",
            unit=unit,
            amount=amount,
        )

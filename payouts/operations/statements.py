"""Seals a creator's months, one after the other."""

import datetime as dt
import uuid
from collections import defaultdict

from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse

from ledger.chart import CHART
from ledger.queries import Horizon, Movement, first_movement_at, movements, recorded_until_now, sums_within
from ledger.units import DIAMOND
from payouts import quotes
from payouts.models import PayoutRequest, Statement
from payouts.models.statements import seal_of
from payouts.movement_words import WORDS, words_for
from payouts.notices import notify
from payouts.statement_text import BALANCE, PAYOUTS, PLACES, DoesNotAddUp, Line, Part, read, write

CODES = [code for code, kind in CHART.items() if code.startswith("creator.") and kind.owned]
GRACE = dt.timedelta(days=1)
"""How long after its end a month is sealed: what was under way at midnight has been booked by then."""


def seal_due(*, creator_id: uuid.UUID, at: dt.datetime) -> list[Statement]:
    """Every month that ended more than a day before `at` and is not sealed yet, oldest first. A month in
    which nothing moved has a statement only if something was held. May be repeated, and asked for at once.

    Raises DoesNotAddUp; nothing is sealed then."""
    sealed = []
    with transaction.atomic():
        creator = get_user_model().objects.select_for_update(no_key=True).get(pk=creator_id)
        previous = Statement.objects.filter(creator=creator).first()
        first = previous.until_date if previous else _first_month(creator_id)
        while first is not None and _midnight(after := month_after(first)) + GRACE <= at:
            statement = _seal(creator, first, after, previous, at)
            if statement is not None:
                sealed.append(statement)
                previous = statement
            first = after
        if sealed:
            _tell(sealed[-1])
    return sealed


def _tell(statement: Statement) -> None:
    """Of the newest one alone: who was told nothing for a year wants no twelve mails."""
    notify(
        person=statement.creator,
        kind="statement_sealed",
        key=f"statement:{statement.id}",
        at=statement.sealed_at,
        facts={"first_date": statement.first_date, "last_date": statement.last_date},
        url=reverse("payouts:statement", args=[statement.first_date]),
    )


def month_after(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=31)).replace(day=1)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)


def _first_month(creator_id: uuid.UUID) -> dt.date | None:
    moment = first_movement_at(creator_id, CODES)
    return moment and moment.astimezone(dt.UTC).date().replace(day=1)


def _seal(
    creator, first: dt.date, after: dt.date, previous: Statement | None, at: dt.datetime
) -> Statement | None:
    to = Horizon(_midnight(after), recorded_until_now())
    since = previous and Horizon(_midnight(previous.until_date), previous.recorded_until)
    found = movements(creator.pk, CODES, to=to, since=since, alone=list(WORDS))
    parts = _parts(found, previous)
    if not found and not any(any(part.opening) for part in parts):
        return None
    _prove(parts, sums_within(creator.pk, CODES, to))
    facts = {
        "Creator": creator.handle,
        "From": first.isoformat(),
        "Until, not included": after.isoformat(),
        "Seal of the statement before": previous.seal if previous else "none",
    }
    content = write(facts, parts)
    return Statement.objects.create(
        creator=creator,
        first_date=first,
        until_date=after,
        recorded_until=to.recorded,
        sealed_at=at,
        content=content,
        seal=seal_of(content),
        previous=previous,
    )


def _parts(found: list[Movement], previous: Statement | None) -> list[Part]:
    before = read(previous.content)[1] if previous else []
    openings = {part.unit: part.closing for part in before if part.account == BALANCE}
    units = {movement.unit for movement in found} | {unit for unit, held in openings.items() if any(held)}
    payouts = _payouts(found)
    balances = [
        Part(BALANCE, unit, openings.get(unit, (0,) * len(PLACES)), _lines(found, unit, payouts))
        for unit in sorted(units, key=lambda unit: (unit != DIAMOND, unit))
    ]
    return balances + _paid(found, payouts)


def _payouts(found: list[Movement]) -> dict[uuid.UUID, PayoutRequest]:
    """By each of its entries."""
    entries = {movement.entry_id for movement in found if movement.kind.startswith("payout_")}
    names = ("hold_entry_id", "release_entry_id", "settlement_entry_id", "reversal_entry_id")
    by_entry = {}
    for name in names:
        rows = PayoutRequest.objects.filter(**{f"{name}__in": entries}).select_related("policy")
        by_entry |= {getattr(payout, name): payout for payout in rows.prefetch_related("lines")}
    return by_entry


def _lines(found: list[Movement], unit: str, payouts: dict[uuid.UUID, PayoutRequest]) -> list[Line]:
    places: dict[tuple, list[int]] = defaultdict(lambda: [0] * len(PLACES))
    counts: dict[tuple, int] = {}
    for movement in found:
        if movement.unit != unit:
            continue
        key = movement.day, movement.kind, movement.entry_id
        places[key][PLACES.index(movement.code.rpartition(".")[2])] += movement.amount
        counts[key] = max(counts.get(key, 0), movement.entries)
    return [
        Line(
            date=day.isoformat(),
            what=words_for(kind),
            total=sum(amounts),
            places=tuple(amounts),
            reference=payouts[entry_id].reference if entry_id in payouts else "",
            count=counts[day, kind, entry_id],
        )
        for (day, kind, entry_id), amounts in places.items()
    ]


def _paid(found: list[Movement], payouts: dict[uuid.UUID, PayoutRequest]) -> list[Part]:
    """The lines of each payout that was paid, and once more with the other sign of each that came back."""
    parts: dict[str, Part] = {}
    signs = {"payout_settlement": 1, "payout_return": -1}
    seen = set()
    for movement in found:
        sign = signs.get(movement.kind)
        if sign is None or movement.entry_id in seen:
            continue
        seen.add(movement.entry_id)
        payout = payouts[movement.entry_id]
        part = parts.setdefault(payout.currency, Part(PAYOUTS, payout.currency, (0,)))
        part.lines += [
            Line(movement.day.isoformat(), line.label, sign * line.amount, reference=payout.reference)
            for line in quotes.lines(payout)
            if line.code != "net" and line.amount
        ]
    return [parts[currency] for currency in sorted(parts)]


def _prove(parts: list[Part], booked: dict[tuple[str, str], int]) -> None:
    """Two ways to the same figures: what was held before and what moved since, and all that ever moved."""
    for part in parts:
        if part.account == BALANCE:
            held = [0] * len(PLACES)
            for (code, unit), amount in booked.items():
                if unit == part.unit:
                    held[PLACES.index(code.rpartition(".")[2])] += amount
            if tuple(held) != part.closing:
                raise DoesNotAddUp(f"The books hold {held} of {part.unit}, the statement {part.closing}.")

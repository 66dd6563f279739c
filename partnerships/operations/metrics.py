"""What the platform counted for programmes. Told again, the latest word counts, and the days are worked out
anew."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction

from partnerships.models import AccrualDue, FollowerCount, Metric, MetricWord, Programme
from partnerships.operations.programmes import permit

MOST_VIEWS = 10**12
MOST_MICROS = 10**18
"""A million millions of the currency: of some, a day's ordinary revenue is millions. More is a mistake."""
LIMITS = {"views": MOST_VIEWS, "qualified_views": MOST_VIEWS, "ad_revenue_micros": MOST_MICROS}
FACTS = tuple(LIMITS)


class UnableToRecord(ValueError):
    """`errors` are sentences by the place of the row, from 0."""

    code = "unable_to_record"

    def __init__(self, errors: dict[int, str]) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = {f"rows.{place}": [words] for place, words in errors.items()}


@dataclass(frozen=True)
class Counted:
    """A creator's UTC day in one viewers' country (ISO 3166)."""

    creator_id: uuid.UUID
    date: dt.date
    country: str
    views: int
    qualified_views: int
    ad_revenue_micros: int = 0

    @property
    def of(self) -> tuple:
        return (self.creator_id, self.date, self.country)


def problem_of(row: Counted, programme: Programme, at: dt.datetime) -> str:
    """Why these figures can't be, or nothing."""
    if row.date >= at.date():
        return f"{row.date} is not over yet (UTC)."
    if row.qualified_views > row.views:
        return "There can't be more qualified views than views."
    if not all(0 <= getattr(row, name) <= most for name, most in LIMITS.items()):
        return "A figure is below zero, or larger than any day could be."
    return ""


def problem_of_followers(date: dt.date, at: dt.datetime) -> str:
    """Why nobody can know a day's followers, or nothing."""
    return f"{date} has not begun yet (UTC)." if date > at.date() else ""


def record_metrics(*, programme: Programme, rows: Sequence[Counted], actor, at: dt.datetime) -> int:
    """Keep these figures, all or none; returns how many said something new. Saying the same again changes
    nothing.

    Raises NotPermitted, UnableToRecord."""
    permit(actor, "import_metrics")
    errors = {place: words for place, row in enumerate(rows) if (words := problem_of(row, programme, at))}
    seen: set[tuple] = set()
    for place, row in enumerate(rows):
        if row.of in seen:
            errors.setdefault(place, "This creator, day and country came before.")
        seen.add(row.of)
    if errors:
        raise UnableToRecord(errors)
    with transaction.atomic():
        known = _known(programme, rows)
        fresh = [row for row in rows if known.get(row.of) != tuple(getattr(row, name) for name in FACTS)]
        told = [
            asdict(row) | {"programme": programme, "told_at": at, "told_by": actor}
            for row in sorted(fresh, key=lambda row: row.of)
        ]
        MetricWord.objects.bulk_create(MetricWord(**each) for each in told)
        Metric.objects.bulk_create(
            [Metric(**each) for each in told],
            update_conflicts=True,
            unique_fields=["programme", "creator", "date", "country"],
            update_fields=[*FACTS, "told_at", "told_by"],
        )
        _due((programme.pk, row.creator_id, row.date.replace(day=1)) for row in fresh)
    return len(fresh)


def _known(programme: Programme, rows: Sequence[Counted]) -> dict[tuple, tuple]:
    found = Metric.objects.filter(
        programme=programme,
        creator__in={row.creator_id for row in rows},
        date__in={row.date for row in rows},
    )
    return {
        (creator_id, date, country): tuple(facts)
        for creator_id, date, country, *facts in found.values_list("creator", "date", "country", *FACTS)
    }


def record_followers(*, counts: Sequence[tuple[uuid.UUID, dt.date, int]], actor, at: dt.datetime) -> None:
    """(creator's id, UTC day, followers) each; a later word of the same day counts.

    Raises NotPermitted, UnableToRecord."""
    permit(actor, "import_metrics")
    errors = {
        place: words for place, (_, date, _) in enumerate(counts) if (words := problem_of_followers(date, at))
    }
    if errors:
        raise UnableToRecord(errors)
    FollowerCount.objects.bulk_create(
        [FollowerCount(creator_id=who, date=date, followers=followers) for who, date, followers in counts],
        update_conflicts=True,
        unique_fields=["creator", "date"],
        update_fields=["followers"],
    )


def mark_due(programme_id: uuid.UUID, creator_id: uuid.UUID, first: dt.date, last: dt.date) -> None:
    """Have every month between these days worked out anew."""
    months, month = [], first.replace(day=1)
    while month <= last:
        months.append(month)
        month = (month + dt.timedelta(days=31)).replace(day=1)
    _due((programme_id, creator_id, each) for each in months)


def _due(months: Iterable[tuple[uuid.UUID, uuid.UUID, dt.date]]) -> None:
    rows = [
        AccrualDue(programme_id=programme_id, creator_id=creator_id, month=month)
        for programme_id, creator_id, month in sorted(set(months))
    ]
    # Updated rather than ignored: who works the month out waits until these figures can be seen.
    AccrualDue.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["programme", "creator", "month"],
        update_fields=["month"],
    )

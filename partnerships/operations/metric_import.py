"""Files with what the platform counted: metrics of a programme, and followers."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from django.contrib.auth import get_user_model

from ledger.units import decimals, to_parts
from partnerships.accrual_arithmetic import MICROS
from partnerships.imports import BadRow, Cells, Column, Dialect, Row
from partnerships.imports.dialects import Facts
from partnerships.models import FollowerCount, Metric, Programme
from partnerships.operations.metrics import (
    FACTS,
    Counted,
    UnableToRecord,
    problem_of,
    problem_of_followers,
    record_followers,
    record_metrics,
)
from partnerships.operations.programmes import NotPermitted
from partnerships.queries.programmes import programmes

CREATOR = Column("creator", ("Creator", "Handle", "Creator handle"))
DATE = Column("date", ("Date", "Day"))


Found = Mapping[str, UUID]
"""Creators by handle."""


def creators_of(lines: Sequence[Mapping[str, str]], *, owner, subject) -> Found:
    people = get_user_model().objects.filter(
        handle__in={_handle(line.get("creator", "").strip()) for line in lines}, is_creator=True
    )
    return dict(people.values_list("handle", "pk"))


def _handle(told: str) -> str:
    return told.removeprefix("@").lower()


def _creator(cells: Cells, found: Found) -> tuple[str, UUID]:
    handle = _handle(cells.text("creator"))
    if handle not in found:
        raise BadRow(f"Creator: nobody is called @{handle}.")
    return handle, found[handle]


def _refuse(problem: str) -> None:
    if problem:
        raise BadRow(problem)


def read_metrics(cells: Cells, *, owner, subject: Programme, at: dt.datetime, found: Found) -> Row:
    handle, creator_id = _creator(cells, found)
    views = cells.whole("views")
    micros = cells.number("ad_revenue", default="0") * MICROS
    if micros != int(micros):
        raise BadRow("Ad revenue: has more than six decimals.")
    row = Counted(
        creator_id,
        cells.day("date"),
        cells.country("country"),
        views,
        cells.whole("qualified_views", default=str(views)),
        int(micros),
    )
    _refuse(problem_of(row, subject, at))
    facts = {
        "creator": str(creator_id),
        "date": row.date.isoformat(),
        "country": row.country,
        **{name: getattr(row, name) for name in FACTS},
    }
    label = f"@{handle}, {row.date}, {row.country}: {row.qualified_views:,} of {views:,} views"
    amount, currency, group = None, "", ""
    if row.ad_revenue_micros:
        currency, group = subject.currency, "Ad revenue"
        exact = Decimal(row.ad_revenue_micros) / MICROS
        amount = to_parts(round(exact, decimals(currency)), currency)
    return Row(_identity(facts), facts, label, amount, currency, group)


def _identity(facts: Facts) -> str:
    return f"{facts['creator']} {facts['date']} {facts['country']}"


def known_metrics(identities: Collection[str], *, owner, subject: Programme) -> Mapping[str, Facts]:
    parts = [identity.split() for identity in identities]
    rows = Metric.objects.filter(
        programme=subject, creator__in={part[0] for part in parts}, date__in={part[1] for part in parts}
    )
    found = {}
    for creator_id, date, country, *counts in rows.values_list("creator", "date", "country", *FACTS):
        facts = {"creator": str(creator_id), "date": date.isoformat(), "country": country}
        found[_identity(facts)] = facts | dict(zip(FACTS, counts, strict=True))
    return found


def apply_metrics(rows: Sequence[Facts], *, owner, subject: Programme, at: dt.datetime) -> None:
    counted = [
        Counted(
            UUID(facts["creator"]),
            dt.date.fromisoformat(facts["date"]),
            facts["country"],
            *(facts[name] for name in FACTS),
        )
        for facts in rows
    ]
    record_metrics(programme=subject, rows=counted, actor=owner, at=at)


def read_followers(cells: Cells, *, owner, subject: None, at: dt.datetime, found: Found) -> Row:
    handle, creator_id = _creator(cells, found)
    date, followers = cells.day("date"), cells.whole("followers")
    _refuse(problem_of_followers(date, at))
    if followers > 2**31 - 1:
        raise BadRow("More followers than there can be.")
    facts = {"creator": str(creator_id), "date": date.isoformat(), "followers": followers}
    label = f"@{handle}, {date}: {followers:,} followers"
    return Row(f"{facts['creator']} {facts['date']}", facts, label)


def known_followers(identities: Collection[str], *, owner, subject: None) -> Mapping[str, Facts]:
    parts = [identity.split() for identity in identities]
    rows = FollowerCount.objects.filter(
        creator__in={part[0] for part in parts}, date__in={part[1] for part in parts}
    )
    return {
        f"{creator_id} {date}": {"creator": str(creator_id), "date": str(date), "followers": followers}
        for creator_id, date, followers in rows.values_list("creator", "date", "followers")
    }


def apply_followers(rows: Sequence[Facts], *, owner, subject: None, at: dt.datetime) -> None:
    counts = [
        (UUID(facts["creator"]), dt.date.fromisoformat(facts["date"]), facts["followers"]) for facts in rows
    ]
    record_followers(counts=counts, actor=owner, at=at)


METRICS = Dialect(
    code="programme-metrics",
    label="Metrics of a programme",
    columns=(
        CREATOR,
        DATE,
        Column("country", ("Country", "Viewer country")),
        Column("views", ("Views",)),
        Column("qualified_views", ("Qualified views",), required=False),
        Column("ad_revenue", ("Ad revenue", "Revenue"), required=False),
    ),
    read=read_metrics,
    known=known_metrics,
    apply=apply_metrics,
    look_up=creators_of,
    refusals=(NotPermitted, UnableToRecord),
    subjects=lambda owner: programmes(),
    permission="partnerships.import_metrics",
    scope="programmes",
    page="admin:partnerships_programme_changelist",
    hint="One row for each creator, UTC day and viewers' country. A row told again replaces the earlier one. "
    "Ad revenue is shown before the creators' share, each row rounded.",
    example=(
        ("Creator", "Date", "Country", "Views", "Qualified views", "Ad revenue"),
        ("lumi", "2026-03-02", "DE", "12000", "9500", "0"),
    ),
)
FOLLOWERS = Dialect(
    code="followers",
    label="Followers",
    columns=(CREATOR, DATE, Column("followers", ("Followers",))),
    read=read_followers,
    known=known_followers,
    apply=apply_followers,
    look_up=creators_of,
    refusals=(NotPermitted, UnableToRecord),
    permission="partnerships.import_metrics",
    scope="programmes",
    page="admin:partnerships_programme_changelist",
    hint="One row for each creator and day.",
    example=(("Creator", "Date", "Followers"), ("lumi", "2026-03-02", "48210")),
)

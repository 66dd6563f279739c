"""Files with what the platform counted: metrics of a programme, and followers."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.contrib.auth import get_user_model

from partnerships.accrual_arithmetic import MICROS
from partnerships.imports import BadRow, Cells, Column, Dialect, Row
from partnerships.imports.dialects import Facts
from partnerships.models import FollowerCount, Metric, Programme
from partnerships.operations.metrics import FACTS, LARGEST, Counted, record_followers, record_metrics
from partnerships.queries.programmes import programmes

CREATOR = Column("creator", ("Creator", "Handle", "Creator handle"))
DATE = Column("date", ("Date", "Day"))


def _creator_id(handle: str) -> UUID:
    handle = handle.removeprefix("@").lower()
    found = (
        get_user_model().objects.filter(handle=handle, is_creator=True).values_list("pk", flat=True).first()
    )
    if found is None:
        raise BadRow(f"Creator: nobody is called @{handle}.")
    return found


def read_metrics(cells: Cells, *, owner, subject: Programme) -> Row:
    handle, date, country = cells.text("creator"), cells.day("date"), cells.country("country")
    views = cells.whole("views")
    qualified = cells.whole("qualified_views", default=str(views))
    micros = int(cells.number("ad_revenue", default="0") * MICROS)
    if qualified > views:
        raise BadRow("There can't be more qualified views than views.")
    if max(views, micros) > LARGEST or micros < 0:
        raise BadRow("A figure is below zero, or larger than any day could be.")
    facts = {
        "creator": str(_creator_id(handle)),
        "date": date.isoformat(),
        "country": country,
        "views": views,
        "qualified_views": qualified,
        "ad_revenue_micros": micros,
    }
    label = f"@{handle.removeprefix('@')}, {date}, {country}: {qualified:,} of {views:,} views"
    return Row(_identity(facts), facts, label)


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


def read_followers(cells: Cells, *, owner, subject: None) -> Row:
    handle, date, followers = cells.text("creator"), cells.day("date"), cells.whole("followers")
    if followers > 2**31 - 1:
        raise BadRow("More followers than there can be.")
    facts = {"creator": str(_creator_id(handle)), "date": date.isoformat(), "followers": followers}
    label = f"@{handle.removeprefix('@')}, {date}: {followers:,} followers"
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
    subjects=lambda owner: programmes(),
    permission="partnerships.import_metrics",
    page="admin:partnerships_programme_changelist",
    hint="One row for each creator, UTC day and viewers' country. A row told again replaces the earlier one.",
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
    permission="partnerships.import_metrics",
    page="admin:partnerships_programme_changelist",
    hint="One row for each creator and day.",
    example=(("Creator", "Date", "Followers"), ("lumi", "2026-03-02", "48210")),
)

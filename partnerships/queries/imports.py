"""What a file holds, before and after it was taken in."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum

from partnerships.models import Import, ImportRow
from partnerships.models.imports import ImportState, Standing


@dataclass(frozen=True)
class Total:
    """Of the rows of one `group`: `amount` in the smallest part of `currency`, of all accepted ones and of
    those not here yet."""

    currency: str
    group: str
    rows: int
    amount: int
    fresh: int


@dataclass(frozen=True)
class Preview:
    new: int
    changed: int
    known: int
    refused: int
    applied: int
    totals: list[Total]
    same: Import | None
    """The very same file, brought before and taken in."""

    @property
    def accepted(self) -> int:
        return self.new + self.changed + self.known

    @property
    def grouped(self) -> bool:
        return any(total.group for total in self.totals)

    @property
    def percent(self) -> int:
        return 100 * self.applied // max(self.accepted, 1)


def preview(importing: Import) -> Preview:
    counts = importing.rows.aggregate(
        **{standing: Count("pk", filter=Q(standing=standing, problem="")) for standing in Standing.values},
        refused=Count("pk", filter=~Q(problem="")),
        applied=Count("pk", filter=Q(applied_at__isnull=False)),
    )
    sums = (
        importing.rows.filter(problem="", amount__isnull=False)
        .order_by("currency", "group")
        .values("currency", "group")
    )
    totals = sums.annotate(
        count=Count("pk"),
        sum=Sum("amount"),
        fresh=Sum("amount", filter=~Q(standing=Standing.KNOWN), default=0),
    )
    return Preview(
        **counts,
        totals=[
            Total(row["currency"], row["group"], row["count"], row["sum"], row["fresh"]) for row in totals
        ],
        same=Import.objects.filter(
            owner=importing.owner_id,
            dialect=importing.dialect,
            subject_id=importing.subject_id,
            digest=importing.digest,
            state=ImportState.APPLIED,
        )
        .exclude(pk=importing.pk)
        .first(),
    )


def said_of(importing: Import) -> str:
    """What confirming it came to."""
    if importing.state != ImportState.APPLIED:
        return "It is being taken in. This page tells how far."
    refused = importing.rows.exclude(problem="").count()
    return f"Taken in, without the {refused} refused." if refused else "Taken in."


def rows_of(importing: Import, standing: str = "") -> QuerySet[ImportRow]:
    """By line; `standing` narrows to one of Standing, or to "refused"."""
    rows = importing.rows.order_by("line")
    if standing == "refused":
        return rows.exclude(problem="")
    return rows.filter(standing=standing, problem="") if standing in Standing.values else rows


def imports_of(owner_id: uuid.UUID, dialect: str | None = None) -> QuerySet[Import]:
    """Newest first, with how many rows each has (`accepted`) and had to refuse (`refused`)."""
    imports = Import.objects.filter(owner=owner_id)
    if dialect is not None:
        imports = imports.filter(dialect=dialect)
    return imports.annotate(
        accepted=Count("rows", filter=Q(rows__problem="")),
        refused=Count("rows", filter=~Q(rows__problem="")),
    ).order_by(F("id").desc())


def imports_in(state: ImportState) -> list[uuid.UUID]:
    """Oldest first."""
    return list(Import.objects.filter(state=state).order_by("confirmed_at").values_list("pk", flat=True))


def readings(owner_id: uuid.UUID, dialect: str, identities: Collection[str]) -> QuerySet[ImportRow]:
    """What files that hold told of these, the first file first."""
    return ImportRow.objects.filter(
        importing__owner=owner_id,
        importing__dialect=dialect,
        importing__state__in=(ImportState.CONFIRMED, ImportState.APPLIED),
        identity__in=identities,
        applied_at__isnull=False,
    ).order_by("applied_at", "importing_id")


def latest_facts(importing: Import, identities: Collection[str]) -> dict[str, dict]:
    """What the last file besides this one told of each that another file told of."""
    rows = readings(importing.owner_id, importing.dialect, identities).exclude(importing=importing)
    return dict(rows.values_list("identity", "facts"))

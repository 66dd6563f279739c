"""Taking in files that people bring: read first, shown, and applied once that was confirmed.

Bringing the same rows again changes nothing: each dialect says what makes two rows the same.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction

from partnerships.imports import (
    BadRow,
    Cells,
    Chosen,
    Dialect,
    Reading,
    Row,
    Table,
    UnreadableFile,
    reading_of,
    table_of,
)
from partnerships.models import Import, ImportRow
from partnerships.models.imports import ImportState, Standing
from partnerships.operations.deal_import import DEALS
from partnerships.operations.metric_import import FOLLOWERS, METRICS
from partnerships.operations.network_import import NETWORKS
from partnerships.operations.order_import import ORDERS

DIALECTS: dict[str, Dialect] = {
    dialect.code: dialect for dialect in (METRICS, FOLLOWERS, ORDERS, DEALS, NETWORKS)
}
AT_ONCE = 500
"""Rows that are applied in one transaction. A file of more is left to a task."""
AS_WRITTEN = Chosen()
_GONE = "What this file is about was removed meanwhile."


class UnknownDialect(LookupError):
    """There is no such kind of file, or not for this person."""


class UnknownImport(LookupError):
    """There is no such import of this person's."""


class NotToBeConfirmed(Exception):
    """It was confirmed or discarded before, or can't be taken in any more."""

    code = "not_to_be_confirmed"


class NothingToTakeIn(Exception):
    """Each of its rows is refused, or here already."""

    code = "nothing_to_take_in"


def dialect_for(code: str, person) -> Dialect:
    """Raises UnknownDialect."""
    dialect = DIALECTS.get(code)
    if dialect is None or not _may(dialect, person):
        raise UnknownDialect(code)
    return dialect


def _may(dialect: Dialect, person) -> bool:
    if dialect.permission:
        return person.is_staff and person.has_perm(dialect.permission)
    return person.is_creator


def upload(
    *,
    owner,
    dialect: str,
    name: str,
    content: bytes,
    at: dt.datetime,
    subject_id: uuid.UUID | None = None,
    chosen: Chosen = AS_WRITTEN,
) -> Import:
    """Read a file and keep each of its rows, accepted or with what is wrong with it; nothing is applied yet.

    Raises UnknownDialect (also where the subject is not theirs), partnerships.imports.UnreadableFile."""
    kind = dialect_for(dialect, owner)
    about = {"owner": owner, "subject": _subject(kind, owner, subject_id)}
    table = table_of(content, kind.shapes)
    reading = _reading(kind, table, chosen, at)
    importing = Import(
        owner=owner,
        dialect=dialect,
        subject_id=subject_id if kind.subjects else None,
        name=name[:200] or "file.csv",
        digest=hashlib.sha256(content).hexdigest(),
        layout=table.layout,
        notes=list(reading.notes),
        uploaded_at=at,
    )
    given = {**about, "at": at}
    if kind.look_up:
        given["found"] = kind.look_up([line.values for line in table.lines], **about)
    rows: dict[str, ImportRow] = {}
    refused: list[ImportRow] = []
    for line in table.lines:
        kept = ImportRow(importing=importing, line=line.number, raw=line.raw)
        try:
            if line.problem:
                raise BadRow(line.problem)
            row = kind.read(Cells(line.values, table.titles, reading), **given)
            if row is None or _repeats(row, rows):
                continue
        except BadRow as problem:
            kept.problem = str(problem)[:500]
            refused.append(kept)
        else:
            kept.identity, kept.facts, kept.label = row.identity, dict(row.facts), row.label[:200]
            kept.amount, kept.currency, kept.group = row.amount, row.currency, row.group
            rows[row.identity] = kept
    if not rows and not refused:
        raise UnreadableFile("no_rows", "None of this file's rows means anything here.")
    known = kind.known(list(rows), **about)
    for row in rows.values():
        _stand(kind, row, known)
    with transaction.atomic():
        importing.save(force_insert=True)
        ImportRow.objects.bulk_create([*rows.values(), *refused], batch_size=1000)
    return importing


def _reading(kind: Dialect, table: Table, chosen: Chosen, at: dt.datetime) -> Reading:
    if not kind.layouts:
        return Reading(locale=chosen.locale or "en")
    columns = next(layout.columns for layout in kind.layouts if layout.code == table.layout)
    return reading_of(table, columns, chosen, at.astimezone(dt.UTC).date())


def _subject(kind: Dialect, owner, subject_id: uuid.UUID | None):
    if kind.subjects is None:
        return None
    subject = kind.subjects(owner).filter(pk=subject_id).first()
    if subject is None:
        raise UnknownDialect("There is nothing of yours that this file could be about.")
    return subject


def subject_of(importing: Import):
    """What a file is about; None where it is about nothing, or that was removed."""
    subjects = DIALECTS[importing.dialect].subjects
    return subjects(importing.owner).filter(pk=importing.subject_id).first() if subjects else None


def _repeats(row: Row, rows: Mapping[str, ImportRow]) -> bool:
    """Whether the file has said the very same before. Raises BadRow where it said something else."""
    before = rows.get(row.identity)
    if before is None:
        return False
    if before.facts != dict(row.facts):
        raise BadRow(f"Line {before.line} is about the same and says something else.")
    return True


def _stand(kind: Dialect, row: ImportRow, known: Mapping) -> None:
    """See how a row stands to what is here; it is refused where it can't follow that."""
    before = known.get(row.identity)
    row.change = ""
    if before is None:
        row.standing = Standing.NEW
    elif dict(before) == row.facts:
        row.standing = Standing.KNOWN
    else:
        row.standing = Standing.CHANGED
        try:
            row.change = kind.compare(before, row.facts)[:200]
        except BadRow as problem:
            row.problem = str(problem)[:500]


def confirm(*, owner, import_id: uuid.UUID, at: dt.datetime) -> Import:
    """Take its accepted rows in: at once, or where there are more than AT_ONCE by `apply_next`, which a task
    calls until all are. Confirming again what was confirmed does nothing more.

    Raises UnknownImport, NotToBeConfirmed (it was discarded, is no longer for its owner to bring, or what it
    is about was removed), NothingToTakeIn."""
    with transaction.atomic():
        importing = locked(owner, import_id)
        if importing.state == ImportState.DISCARDED:
            raise NotToBeConfirmed("This import was discarded. Bring the file again.")
        if importing.state != ImportState.PREVIEWED:
            return importing
        kind = DIALECTS[importing.dialect]
        if not _may(kind, owner):
            raise NotToBeConfirmed("You may no longer bring such files.")
        try:
            _subject(kind, owner, importing.subject_id)
        except UnknownDialect as refusal:
            raise NotToBeConfirmed(_GONE) from refusal
        if not waiting_rows(importing).exclude(standing=Standing.KNOWN).exists():
            raise NothingToTakeIn("There is nothing in this file that isn't here already.")
        importing.state, importing.confirmed_at = ImportState.CONFIRMED, at
        importing.save(update_fields=["state", "confirmed_at"])
        if waiting_rows(importing).count() <= AT_ONCE:
            apply_next(import_id=importing.pk, at=at)
            importing.refresh_from_db()
    return importing


def discard(*, owner, import_id: uuid.UUID) -> Import:
    """Raises UnknownImport, NotToBeConfirmed."""
    with transaction.atomic():
        importing = locked(owner, import_id)
        if importing.state not in (ImportState.PREVIEWED, ImportState.DISCARDED):
            raise NotToBeConfirmed("This import has been confirmed already.")
        importing.state = ImportState.DISCARDED
        importing.save(update_fields=["state"])
    return importing


@transaction.atomic
def apply_next(*, import_id: uuid.UUID, at: dt.datetime) -> int:
    """Apply some of a confirmed import's rows; returns how many, 0 once there are none left. Those that can't
    be applied any more are refused, each with its reason: all where what they are about was removed."""
    importing = Import.objects.select_for_update(of=("self",)).select_related("owner").get(pk=import_id)
    if importing.state != ImportState.CONFIRMED:
        return 0
    kind = DIALECTS[importing.dialect]
    try:
        subject = _subject(kind, importing.owner, importing.subject_id)
    except UnknownDialect:
        waiting_rows(importing).update(problem=_GONE, standing="")
        _finish(importing, at)
        return 0
    about = {"owner": importing.owner, "subject": subject}
    rows = list(waiting_rows(importing)[:AT_ONCE])
    kind.lock(importing.owner)
    known = kind.known([row.identity for row in rows], **about)
    shown = [_shown(row) for row in rows]
    for row in rows:
        _stand(kind, row, known)
    todo = [row for row in rows if not row.problem and row.standing != Standing.KNOWN]
    if todo:
        _apply(kind, todo, **about, at=at)
    taken = [row.pk for row in rows if not row.problem]
    ImportRow.objects.filter(pk__in=taken).update(applied_at=at)
    turned = [row for row, before in zip(rows, shown, strict=True) if _shown(row) != before]
    ImportRow.objects.bulk_update(turned, ["standing", "change", "problem"])
    if len(rows) < AT_ONCE or not waiting_rows(importing).exists():
        _finish(importing, at)
    return len(rows)


def _finish(importing: Import, at: dt.datetime) -> None:
    importing.state, importing.applied_at = ImportState.APPLIED, at
    importing.save(update_fields=["state", "applied_at"])


def _shown(row: ImportRow) -> tuple[str, str, str]:
    return row.standing, row.change, row.problem


def _apply(kind: Dialect, rows: Sequence[ImportRow], **about) -> None:
    """All of them, but for those that are the cause of a refusal."""
    try:
        with transaction.atomic():
            kind.apply([row.facts for row in rows], **about)
    except kind.refusals as refusal:
        if len(rows) == 1:
            rows[0].problem, rows[0].standing = str(refusal)[:500], ""
        else:
            half = len(rows) // 2
            _apply(kind, rows[:half], **about)
            _apply(kind, rows[half:], **about)


def waiting_rows(importing: Import):
    return importing.rows.filter(problem="", applied_at__isnull=True)


def locked(owner, import_id: uuid.UUID) -> Import:
    """Raises UnknownImport."""
    importing = Import.objects.select_for_update().filter(owner=owner, pk=import_id).first()
    if importing is None:
        raise UnknownImport("There is no such import.")
    return importing

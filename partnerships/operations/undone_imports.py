"""Taking whole files back."""

import datetime as dt
import uuid

from django.db import transaction

from partnerships.models import Import, ImportRow
from partnerships.models.imports import ImportState
from partnerships.operations.imports import AT_ONCE, DIALECTS, locked
from partnerships.queries.imports import latest_facts


class NotToBeUndone(Exception):
    """It was not taken in, or what it told can't be taken back."""

    code = "not_to_be_undone"


def undo(*, owner, import_id: uuid.UUID, at: dt.datetime) -> Import:
    """Take a whole file back: what it told is as the last other file has it, or gone where no other told it.
    At once, or where it has more than AT_ONCE rows by `undo_next`, which a task calls. Undoing again does
    nothing.

    Raises UnknownImport, NotToBeUndone."""
    with transaction.atomic():
        importing = locked(owner, import_id)
        if importing.state in (ImportState.UNDOING, ImportState.UNDONE):
            return importing
        if importing.state != ImportState.APPLIED or not DIALECTS[importing.dialect].can_be_undone:
            raise NotToBeUndone("Only what was taken in can be undone, and not every kind of file.")
        importing.state, importing.undone_at = ImportState.UNDOING, at
        importing.save(update_fields=["state", "undone_at"])
        if applied_rows(importing).count() <= AT_ONCE:
            undo_next(import_id=importing.pk, at=at)
            importing.refresh_from_db()
    return importing


@transaction.atomic
def undo_next(*, import_id: uuid.UUID, at: dt.datetime) -> int:
    """Undo some of an import's rows; returns how many, 0 once there are none left."""
    importing = Import.objects.select_for_update(of=("self",)).select_related("owner").get(pk=import_id)
    if importing.state != ImportState.UNDOING:
        return 0
    kind = DIALECTS[importing.dialect]
    rows = list(applied_rows(importing)[:AT_ONCE])
    kind.lock(importing.owner)
    held = dict.fromkeys((row.identity for row in rows), None) | latest_facts(
        importing, [row.identity for row in rows]
    )
    kind.undo(held, owner=importing.owner, subject=None, at=at)
    ImportRow.objects.filter(pk__in=[row.pk for row in rows]).update(undone_at=at)
    if not applied_rows(importing).exists():
        importing.state = ImportState.UNDONE
        importing.save(update_fields=["state"])
    return len(rows)


def applied_rows(importing: Import):
    return importing.rows.filter(applied_at__isnull=False, undone_at__isnull=True)

"""Who somebody was is taken out of the database: what every app declares of it in its `personal_data`."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils.module_loading import import_string

from ledger.encryption import digest
from ledger.personal_data import Goes, Kept, Law, Overwritten, everything
from portal.models import KeptHandle

NAME = "A former member"
"""What others read instead of the name."""
ADDRESS = "closed-{id}@closed.invalid"
"""RFC 2606: no mail ever reaches it."""


@dataclass
class Erased:
    """`files` in the vault that nothing points at any more; on `next_date` a law lets go of what it still
    keeps, None if nothing is kept."""

    files: list[str] = field(default_factory=list)
    next_date: dt.date | None = None


def erase(*, person_id: uuid.UUID, closed_at: dt.datetime, at: dt.datetime) -> Erased:
    """Delete and overwrite all that no law keeps (any longer), in the caller's transaction. May be repeated:
    as the years go by it finds more. The caller deletes the files once it has committed."""
    erased = Erased()
    with transaction.atomic():
        bound = {law: import_string(law.binds)(person_id) for law in _laws()}
        _lift_triggers([kept for kept in everything() if not hasattr(kept.leaving, "why")])
        # What is found over other rows comes before these: once they are gone, nothing leads to it.
        for kept in sorted(everything(), key=lambda kept: -kept.owner.count("__")):
            law = kept.leaving.law
            if law is not None and bound[law] and (last := _free_on(law, closed_at)) > at.date():
                erased.next_date = min(last, erased.next_date or last)
                continue
            erased.files += _erase(kept, person_id)
        _lift_triggers([])
    return erased


def _laws() -> set[Law]:
    return {kept.leaving.law for kept in everything() if kept.leaving.law is not None}


def _free_on(law: Law, closed_at: dt.datetime) -> dt.date:
    """Such times begin when the calendar year ends: Abgabenordnung § 147 (4)."""
    return dt.date(closed_at.year + law.years + 1, 1, 1)


def _erase(kept: Kept, person_id: uuid.UUID) -> list[str]:
    if isinstance(kept.leaving, Overwritten):
        kept.rows(person_id).order_by().update(**kept.leaving.values)
        return []
    if not isinstance(kept.leaving, Goes):
        return []
    rows = kept.rows(person_id).order_by()
    files = list(rows.exclude(**{kept.vault: ""}).values_list(kept.vault, flat=True)) if kept.vault else []
    # What hangs on the rows is declared, too, so nothing is looked for; the database does when it commits.
    rows._raw_delete(rows.db)
    return files


def _lift_triggers(those_of: list[Kept]) -> None:
    """From now on, in this transaction, rows of these tables may be changed that are otherwise written once.
    `pgtrigger.ignore` would put two statements into one, which servers don't take with parameters."""
    tables = {kept.table for kept in those_of}
    names = sorted(
        trigger.get_pgid(table) for table in tables for trigger in getattr(table._meta, "triggers", ())
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(names) + "}"])


def empty(person, *, at: dt.datetime) -> None:
    """The person's own row: the books name it, so it stays, and names nobody."""
    if person.is_creator and person.handle:
        KeptHandle.objects.get_or_create(digest=digest(person.handle))
    get_user_model().objects.filter(pk=person.pk).update(
        email=ADDRESS.format(id=person.pk.hex),
        password=make_password(None),
        handle="",
        display_name=NAME,
        country="",
        birth_date=None,
        time_zone="UTC",
        language="en",
        base_currency="USD",
        last_login=None,
        is_creator=False,
        is_active=False,
        closed_at=at,
    )

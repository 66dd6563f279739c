"""Who and what a program names when it sends a gift, found in one query whose SQL is made once: this is the
busiest address there is, and making the SQL of two queries would cost it as much as sending the gift does."""

import datetime as dt
from functools import cache

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, connection

from wallets.models import GiftType

# Of the person what a gift asks of its creator; the rest is read where somebody wants it.
_READ = (
    ("id", "handle", "display_name", "is_creator", "is_active"),
    [field.name for field in GiftType._meta.concrete_fields],
)


# What was found, by handle and slug, and when: thousands wish the same within a second of a viral stream.
_found: dict[tuple[str, str], tuple[dt.datetime, tuple]] = {}
_REMEMBERED = dt.timedelta(seconds=1)
_AT_MOST = 4096


def wished(handle: str, slug: str, at: dt.datetime) -> tuple:
    """(whoever has this handle, creator or not; the row of this gift that is on sale, else the last one that
    was), each None where there is none. What was found is believed for a second, in this process: shared, so
    not to be changed."""
    then, found = _found.get((handle, slug), (None, None))
    if then and then <= at < then + _REMEMBERED:
        return found
    found = _read(handle, slug, at)
    if None not in found:
        if len(_found) >= _AT_MOST:
            _found.clear()
        _found[handle, slug] = at, found
    return found


def forget() -> None:
    """Believe nothing that was found."""
    _found.clear()


def _read(handle: str, slug: str, at: dt.datetime) -> tuple:
    people, kinds, statement = _query()
    with connection.cursor() as cursor:
        cursor.execute(statement, (slug, at, handle))
        row = cursor.fetchone()
    person, kind = row[: len(people)], row[len(people) :]
    return (
        get_user_model().from_db(DEFAULT_DB_ALIAS, people, person) if person[0] else None,
        GiftType.from_db(DEFAULT_DB_ALIAS, kinds, kind) if kind[0] else None,
    )


@cache
def _query() -> tuple[list[str], list[str], str]:
    """The names of a person's and of a gift type's fields, and the SQL that reads both."""
    models = (get_user_model(), GiftType)
    fields = [
        [model._meta.get_field(name) for name in names] for model, names in zip(models, _READ, strict=True)
    ]
    columns = [f'{table}."{field.column}"' for table, own in zip("pk", fields, strict=True) for field in own]
    person, kind = (model._meta.db_table for model in models)
    statement = f"""
        SELECT {", ".join(columns)} FROM (SELECT) one
        LEFT JOIN LATERAL (
            SELECT * FROM {kind} WHERE slug = %s AND available_from <= %s ORDER BY available_from DESC LIMIT 1
        ) k ON true
        LEFT JOIN {person} p ON p.handle = %s AND p.handle <> ''
    """  # noqa: S608
    return *([field.attname for field in own] for own in fields), statement

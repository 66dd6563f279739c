"""What the portal keeps about people. Each app declares every table of its own from which a person can be
reached: what they get of it when they ask for their data, and what becomes of it when they leave.

`settings.PERSONAL_DATA` names the lists; a test finds the table that nobody thought of.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Law:
    """A duty to keep something after its person left: GDPR, Art. 17 (3) b. `words` name it, `years` is for
    how long from the end of the calendar year in which they left, `binds` the path of the function of a
    person's id that tells whether it is about them at all."""

    words: str
    years: int
    binds: str


@dataclass(frozen=True)
class Stays:
    """The rows stay as they are, and `why`."""

    why: str
    law: None = None


@dataclass(frozen=True)
class Goes:
    """The rows are deleted, with their files: once the law allows it."""

    law: Law | None = None


@dataclass(frozen=True)
class Overwritten:
    """The rows stay with these `values` in their columns: from when the law allows it."""

    values: Mapping[str, object]
    law: Law | None = None


Leaving = Stays | Goes | Overwritten

BOOKS = Stays("It is part of the books, and names nobody once the person's own row doesn't.")
STAFF = Stays("It is about what staff did, and not about the person.")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One table, or that part of it in which a person is the `owner`: a path of lookups to their row.

    With a `file` (its name in the zip, without ending) they get every column but those `left_out` and the
    ids of people, `also` these: names by lookups. `about` explains the file, or says why there is none.
    `find` is for rows that are not found by their owner. `vault` names the column with a file's name in the
    vault, `text` the one with a file's content: they get these, too."""

    model: str
    about: str
    leaving: Leaving
    owner: str = ""
    file: str = ""
    left_out: tuple[str, ...] = ()
    also: Mapping[str, str] = field(default_factory=dict)
    find: Callable[[uuid.UUID], QuerySet[Any]] | None = None
    vault: str = ""
    text: str = ""

    @property
    def table(self) -> type[Model]:
        return apps.get_model(self.model)

    @property
    def columns(self) -> list[str]:
        """What the person gets of each row: names of columns, as `values_list` takes them."""
        people = apps.get_model(settings.AUTH_USER_MODEL)
        return [
            column.attname
            for column in self.table._meta.concrete_fields
            if column.name not in self.left_out and column.related_model is not people
        ]

    def rows(self, person_id: uuid.UUID) -> QuerySet[Any]:
        """Those of one person, oldest first unless `find` says otherwise."""
        if self.find is not None:
            return self.find(person_id)
        if not self.owner:
            raise ValueError(f"{self.model} is nobody's in particular.")
        return self.table._base_manager.filter(**{self.owner: person_id}).order_by("pk")


@cache
def everything() -> tuple[Kept, ...]:
    """What all apps declare, in the order of `settings.PERSONAL_DATA`."""
    return tuple(kept for path in settings.PERSONAL_DATA for kept in import_string(path))

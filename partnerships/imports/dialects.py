"""What a kind of file is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

Facts = Mapping[str, str | int | None]
"""What one row says, as JSON keeps it: numbers as integers of the smallest part, days as ISO 8601."""


class BadRow(ValueError):
    """This row can't be taken; the sentence says why to whoever brought the file."""


class Kind(Enum):
    """What a column holds, where its whole says how it is written."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True)
class Column:
    """`titles` are all that exports call it, whatever their case, spaces and a currency behind them; a column
    that is not `required` may be missing from the file."""

    name: str
    titles: tuple[str, ...]
    required: bool = True
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Layout:
    """One of several kinds of files that a dialect reads, known by its columns. `label` is whose it is."""

    code: str
    label: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Row:
    """One row as read. The same `identity` always means the same thing, in this file and in later ones, for
    its owner and subject. `amount`, in the smallest part of `currency`, goes into the preview's totals, told
    apart by `group`."""

    identity: str
    facts: Facts
    label: str
    amount: int | None = None
    currency: str = ""
    group: str = ""


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """Every function gets `owner`, who brings the file, and `subject`, what it is about (one of `subjects`,
    or None where there are none).

    - `read(cells, *, owner, subject, at)` returns a Row, or None for a line that means nothing, such as a
      total. Raises BadRow; `cells` raises it for what it can't read. It asks the database for nothing: what
      it needs from there, `look_up(lines, *, owner, subject)` finds once for the whole file (the `values` of
      each line) and `read` gets as `found`.
    - `known(identities, *, owner, subject)` returns {identity: facts} of those that are here already.
    - `apply(rows, *, owner, subject, at)` takes the facts of rows that are new or differ from what is known,
      a few hundred at a time, inside a transaction. Applying the same again must change nothing. Of the
      `refusals` that it raises, the rows that cause them are told.
    - `lock(owner)` comes before `known`, `apply` and `undo`, in their transaction: two files may tell of the
      same.
    - `subjects(owner)` is a queryset of what a file of theirs can be about.
    - `compare(before, after)` says in few words what a row changes, given its facts here and in the file.
      Raises BadRow where the one can't follow the other.
    - `undo(facts, *, owner, subject, at)` gets {identity: facts that hold once a file is undone, or None
      where no other file told any}. A dialect without it has files that can't be undone.

    Lines before the one that holds every required column's title are skipped.
    """

    code: str
    label: str
    """What the file is called to whoever brings it, as in "Metrics of a programme"."""
    columns: tuple[Column, ...] = ()
    layouts: tuple[Layout, ...] = ()
    """Instead of `columns`, where files of several kinds are told apart. How their days and numbers are
    written, their whole columns decide."""
    read: Callable[..., Row | None]
    known: Callable[..., Mapping[str, Facts]]
    apply: Callable[..., None]
    look_up: Callable[..., object] | None = None
    refusals: tuple[type[Exception], ...] = ()
    lock: Callable[..., None] = lambda owner: None
    subjects: Callable | None = None
    compare: Callable[..., str] = lambda before, after: ""
    undo: Callable[..., None] | None = None
    permission: str = ""
    """Of staff, who alone may bring such files; without one they are the creators' own."""
    scope: str = ""
    """Of keys that bring such files over the API, without `:read` or `:write`."""
    page: str = "partnerships:imports"
    """The name of the page that shows what came of it."""
    hint: str = ""
    """What else people should know before they choose a file."""
    example: Sequence[Sequence[str]] = ()
    """A head and a few rows, to be downloaded."""

    @property
    def can_be_undone(self) -> bool:
        return self.undo is not None

    @property
    def shapes(self) -> tuple[Layout, ...]:
        return self.layouts or (Layout("", self.label, self.columns),)

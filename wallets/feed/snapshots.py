import re
from dataclasses import dataclass

_TEXT = re.compile(r"\d{1,19}:\d{1,19}:(\d{1,19}(,\d{1,19})*)?", re.ASCII)
LONGEST = 4_000


class NotASnapshot(ValueError):
    """The text is no position in the feed."""


@dataclass(frozen=True)
class Snapshot:
    """Which transactions one look at the database could see: all before `first_open`, and of those before
    `next` all but the `open` ones. Written as PostgreSQL writes a pg_snapshot, it is the position of a
    listener in the feed: what it does not see is new to them."""

    first_open: int
    next: int
    open: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> "Snapshot":
        """Raises NotASnapshot."""
        if len(text) > LONGEST or not _TEXT.fullmatch(text):
            raise NotASnapshot
        first_open, following, transactions = text.split(":")
        snapshot = cls(
            int(first_open), int(following), frozenset(map(int, filter(None, transactions.split(","))))
        )
        if not 0 < snapshot.first_open <= snapshot.next or not all(
            snapshot.first_open <= each < snapshot.next for each in snapshot.open
        ):
            raise NotASnapshot
        return snapshot

    def __str__(self) -> str:
        return f"{self.first_open}:{self.next}:{','.join(map(str, sorted(self.open)))}"

    def sees(self, transaction: int) -> bool:
        return transaction < self.next and transaction not in self.open

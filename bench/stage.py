"""A fresh database with its people, on which runs follow each other, each of them checked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench import cluster, gift, load, people
from bench.folding import folding
from bench.limit import Limit
from bench.load import Crowd, Run, Wish
from ledger.queries import audit

Side = Callable[[float], Run]
"""One of two things compared: runs for so many seconds, and raises if anything is wrong afterwards."""


@dataclass
class Stage:
    viewers: list
    creators: list
    gifts: int
    """How many the database must hold by now."""

    def crowd(self, *, hot: bool) -> Crowd:
        return Crowd(self.viewers, self.creators[:1] if hot else self.creators, people.BROKE)

    def portal(self, *, hot: bool, clients: int = 32, send: Callable[[Wish], str] | None = None) -> Side:
        """The gift as the site sends it, or `send` where it writes the same rows."""
        send, crowd = send or gift.sender(), self.crowd(hot=hot)
        return lambda seconds: self.checked(load.drive(send, crowd, clients=clients, seconds=seconds))

    def limit(self, *, hot: bool, clients: int = 32) -> Side:
        limit = Limit(gift.sender(), self.crowd(hot=hot))
        self.gifts = gift.count()
        return lambda seconds: self.checked(limit.drive(clients=clients, seconds=seconds))

    def checked(self, run: Run) -> Run:
        self.gifts += run.accepted
        gift.check(self.gifts)
        return run


@contextmanager
def stage(template: str = people.TEMPLATE) -> Iterator[Stage]:
    """The fold runs until it ends. Then the whole audit must be content."""
    with cluster.fresh(template):
        ready = Stage(people.people("viewer"), people.people("creator"), gift.count())
        with folding():
            yield ready
        if findings := audit():
            raise gift.WrongBooks("; ".join(map(str, findings[:3])))

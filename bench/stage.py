"""A fresh database with its people, on which runs follow each other, each of them checked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from bench import cluster, load, people
from bench.folding import folding
from bench.limit import Limit
from bench.load import Crowd, Run
from bench.plan import Plan
from bench.ways import Way, assert_equal, portal
from ledger.queries import audit

Side = Callable[[float], Run]
"""One of two things compared: runs for so many seconds, and raises if anything is wrong afterwards."""


@dataclass
class Stage:
    plan: Plan
    viewers: list
    creators: list

    def crowd(self, *, hot: bool) -> Crowd:
        return Crowd(self.viewers, self.creators[:1] if hot else self.creators, people.broke(self.viewers))

    def side(self, way: Way, crowd: Crowd, *, clients: int = 32) -> Side:
        send, clients = way.sender(), min(clients, self.plan.most_clients)

        def run(seconds: float) -> Run:
            return self._checked(way, lambda: load.drive(send, crowd, clients=clients, seconds=seconds))

        return run

    def portal(self, *, hot: bool, clients: int = 32) -> Side:
        return self.side(portal, self.crowd(hot=hot), clients=clients)

    def limit(self, *, hot: bool, clients: int = 32) -> Side:
        limit, clients = Limit(portal.sender(), self.crowd(hot=hot)), min(clients, self.plan.most_clients)
        return lambda seconds: self._checked(portal, lambda: limit.drive(clients=clients, seconds=seconds))

    def _checked(self, way: Way, drive: Callable[[], Run]) -> Run:
        before = way.count()
        run = drive()
        way.check(before + run.accepted)
        return run


@contextmanager
def stage(plan: Plan, *, folds: bool = True, alone: bool = False) -> Iterator[Stage]:
    """The fold runs until it ends. Then the whole audit must be content. `alone`: on a database of its own,
    whatever the plan says."""
    database = cluster.kept if plan.shared and not alone else cluster.fresh
    with database(people.template(plan)):
        with folding() if folds else nullcontext():
            yield Stage(plan, people.called("viewer"), people.called("creator"))
        cluster.vacuum()  # The audit joins tables that have just grown from nothing.
        assert_equal("findings of the audit", audit(), [])

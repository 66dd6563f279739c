"""Databases with many gifts, filled by the gift's own function: their books are right by construction."""

import multiprocessing
import traceback

from bench import captured, cluster, people
from bench.load import Crowd
from bench.plan import Plan
from bench.ways import assert_equal, portal
from ledger.queries import audit
from ledger.tasks import fold

DAYS = 365
"""Each filling spreads its gifts evenly over so many days."""
CHUNK = 2_000
FILLERS = 2
_AUDITED = 50_000


def grow(name: str, origin: str, size: int, plan: Plan) -> None:
    """Make database `name` from `origin`, with `size` gifts. One in ten is for the first creator."""
    cluster.create(name, origin)
    cluster.use(name)
    viewers, creators = people.called("viewer"), people.called("creator")
    crowd = Crowd(viewers, creators, people.broke(viewers))
    gift = captured.template(portal.sender(), crowd)
    there = portal.count()
    bounds = (there, size, len(viewers) - crowd.broke, len(creators))
    cluster.use(name)
    context = multiprocessing.get_context("fork")
    trouble = context.SimpleQueue()
    fillers = [context.Process(target=_fill, args=(name, gift, bounds, n, trouble)) for n in range(FILLERS)]
    for filler in fillers:
        filler.start()
    for filler in fillers:
        filler.join()
    if not trouble.empty():
        raise RuntimeError(trouble.get())
    fold()
    portal.check(size)
    if size <= _AUDITED:
        assert_equal("findings of the audit", audit(), [])
    cluster.vacuum()


def _fill(name: str, gift: str, bounds: tuple[int, int, int, int], filler: int, trouble) -> None:
    """Every other gift, from viewers that no other filler locks, oldest first."""
    there, size, rich, creators = bounds
    call = gift.format(
        viewer=f"({FILLERS} * mod(nth, {rich // FILLERS}) + {filler} + 1)",
        creator=f"(CASE WHEN mod(nth, 10) = 0 THEN 1 ELSE mod(nth, {creators}) + 1 END)",
        number="nth",
        at=f"clock_timestamp() - interval '{DAYS} days' * (({size} - nth) / {size - there}.0)",
    )
    statement = (
        f"SELECT count(*) FROM generate_series(%s::bigint, %s::bigint, {FILLERS}) nth,"  # noqa: S608
        f" LATERAL ({call}) gift"
    )
    try:
        with cluster.connect(name) as connection:
            connection.execute("SET synchronous_commit = off")
            for start in range(there + filler, size, CHUNK * FILLERS):
                end = min(start + CHUNK * FILLERS, size) - 1
                connection.execute(statement, [start, end])
    except Exception:
        trouble.put(traceback.format_exc())

"""What becomes slower as gifts pile up, on databases that differ in nothing but their number."""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

from django.test import Client

from bench import cluster, people
from bench.folding import folding
from bench.growing import grow
from bench.load import Run
from bench.pairs import compare
from bench.plan import FULL, Plan
from bench.result import Result
from bench.servers import broker
from bench.stage import Side, Stage
from ledger.chart import CREATOR_DIAMONDS_PENDING
from ledger.queries import balance

SMALL, MIDDLE, LARGE = "bench_small", "bench_middle", "bench_large"


@cache
def growth(plan: Plan) -> dict[str, Result]:
    """Every name at once, as filling takes long. The creator is the one with a tenth of all gifts."""
    small, middle, large = plan.sizes
    try:
        grow(SMALL, people.template(plan), small, plan)
        grow(MIDDLE, SMALL, middle, plan)
        grow(LARGE, MIDDLE, large, plan)
        cluster.use(LARGE)
        viewer, creator = people.called("viewer")[0], people.called("creator")[0]
        with broker():
            return {
                "growth.balance": _times(_balance(creator), LARGE, SMALL, plan),
                "growth.wallet_page": _times(_page(viewer, "/wallet/"), LARGE, SMALL, plan),
                "growth.studio": _times(_page(creator, "/studio/"), LARGE, MIDDLE, plan),
                "growth.gift": _rates(plan),
            }
    finally:
        cluster.use(cluster.MAINTENANCE)
        for name in (SMALL, MIDDLE, LARGE):
            cluster.drop(name)


def _measured(plan: Plan, *, name: str, smaller: int) -> Result:
    result = growth(plan)[name]
    if plan.sizes == FULL.sizes:
        return result
    pair = f"{_short(plan.sizes[-1])}_vs_{_short(plan.sizes[smaller])}"
    return replace(result, measured_as=f"{name}.{pair}")


def _short(size: int) -> str:
    return f"{size // 1_000_000}m" if size >= 1_000_000 else f"{size // 1000}k" if size >= 1000 else str(size)


def _balance(creator) -> Callable[[], Callable[[], object]]:
    return lambda: lambda: balance(CREATOR_DIAMONDS_PENDING.of(creator.pk))


class NoPage(Exception):
    """The page did not open."""


def _page(person, path: str) -> Callable[[], Callable[[], object]]:
    def prepare() -> Callable[[], object]:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(person, "portal.accounts.AuthenticationBackend")

        def look() -> None:
            if (answer := client.get(path)).status_code != 200:
                raise NoPage(f"{path}: {answer.status_code}")

        return look

    return prepare


def _times(prepare: Callable[[], Callable[[], object]], large: str, small: str, plan: Plan) -> Result:
    """The ratio of the medians in milliseconds, from turns on either database in a shuffled order."""
    turns = [large, small] * plan.pairs
    random.SystemRandom().shuffle(turns)
    medians: dict[str, list[float]] = {large: [], small: []}
    for name in turns:
        cluster.use(name)
        act = prepare()
        act()
        taken = []
        for _ in range(plan.calls):
            began = time.perf_counter()
            act()
            taken.append(1000 * (time.perf_counter() - began))
        medians[name].append(statistics.median(taken))
    a, b = medians[large], medians[small]
    notes = f"{statistics.median(a):.2f} ms / {statistics.median(b):.2f} ms"
    return Result(statistics.median(a) / statistics.median(b), a, b, notes)


def _rates(plan: Plan) -> Result:
    """Gifts to all creators."""
    ready = Stage(plan, people.called("viewer"), people.called("creator"))

    def on(name: str) -> Side:
        def run(seconds: float) -> Run:
            cluster.use(name)
            with folding():
                return ready.portal(hot=False)(seconds)

        return run

    return compare(on(LARGE), on(SMALL), plan)


MEASURES = {
    name: partial(_measured, name=name, smaller=smaller)
    for name, smaller in {
        "growth.balance": 0,
        "growth.wallet_page": 0,
        "growth.studio": 1,
        "growth.gift": 0,
    }.items()
}

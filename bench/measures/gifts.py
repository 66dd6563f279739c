"""The portal's gift beside what it could be and beside other ways."""

from functools import partial

from bench.pairs import Result, compare
from bench.plan import Plan
from bench.stage import stage


def aa(plan: Plan) -> Result:
    with stage() as ready:
        return compare(ready.portal(hot=True), ready.portal(hot=True), plan)


def vs_limit(plan: Plan, *, hot: bool, clients: int = 32) -> Result:
    with stage() as ready:
        limit = ready.limit(hot=hot, clients=clients)
        return compare(ready.portal(hot=hot, clients=clients), limit, plan)


def hot_vs_uniform(plan: Plan) -> Result:
    with stage() as ready:
        return compare(ready.portal(hot=True), ready.portal(hot=False), plan)


def batched(plan: Plan) -> Result:
    return Result(None, notes="not offered: each request posts its own gift")


MEASURES = {
    "aa": aa,
    "gift.hot.c32.vs_limit": partial(vs_limit, hot=True),
    "gift.uniform.c32.vs_limit": partial(vs_limit, hot=False),
    "gift.hot.c64.batched_vs_limit": batched,
    "gift.hot_vs_uniform.c32": hot_vs_uniform,
}

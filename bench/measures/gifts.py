"""The portal's gift beside what it could be and beside other ways."""

from functools import partial

from bench import people
from bench.load import Crowd
from bench.pairs import compare
from bench.plan import Plan
from bench.result import Result
from bench.stage import stage
from bench.ways import Way, alone, hordak, post, usual


def aa(plan: Plan) -> Result:
    with stage(plan) as ready:
        return compare(ready.portal(hot=True), ready.portal(hot=True), plan)


def vs_limit(plan: Plan, *, hot: bool, clients: int = 32) -> Result:
    with stage(plan) as ready:
        limit = ready.limit(hot=hot, clients=clients)
        return compare(ready.portal(hot=hot, clients=clients), limit, plan)


def hot_vs_uniform(plan: Plan) -> Result:
    with stage(plan) as ready:
        return compare(ready.portal(hot=True), ready.portal(hot=False), plan)


def vs_way(plan: Plan, *, way: Way) -> Result:
    """Alone, as two of the ways keep their gifts in one table."""
    with stage(plan, alone=True) as ready:
        return compare(ready.portal(hot=True), ready.side(way, ready.crowd(hot=True)), plan)


def post_vs_gift(plan: Plan) -> Result:
    """Both alone in their statements. To another creator, so that each one's balance can still be compared
    with the gifts."""
    with stage(plan, alone=True) as ready:
        crowd = Crowd(ready.viewers, ready.creators[1:2], people.broke(ready.viewers))
        return compare(ready.side(post, crowd), ready.side(alone, ready.crowd(hot=True)), plan)


MEASURES = {
    "aa": aa,
    "gift.hot.c32.vs_limit": partial(vs_limit, hot=True),
    "gift.uniform.c32.vs_limit": partial(vs_limit, hot=False),
    **{f"gift.hot.c{clients}.vs_limit": partial(vs_limit, hot=True, clients=clients) for clients in (1, 8)},
    **{
        f"gift.uniform.c{clients}.vs_limit": partial(vs_limit, hot=False, clients=clients)
        for clients in (1, 8, 64)
    },
    "gift.hot.c64.batched_vs_limit": partial(vs_limit, hot=True, clients=64),
    "gift.hot_vs_uniform.c32": hot_vs_uniform,
    "gift.hot.c32.vs_select_for_update": partial(vs_way, way=usual),
    "gift.hot.c32.vs_hordak": partial(vs_way, way=hordak),
    "post.general.vs_gift": post_vs_gift,
}

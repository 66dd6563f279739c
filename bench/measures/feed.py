"""The live feed with a crowd on one stream: how late its listeners hear of a gift, and what it weighs."""

import statistics
import time
from functools import cache, partial
from uuid import uuid4

import psutil
from django.utils import timezone

from bench import servers
from bench.listeners import Listeners
from bench.plan import Plan
from bench.result import Result
from bench.stage import stage
from bench.ways.portal import gift_type
from wallets.operations.gifts import send_gift
from wallets.operations.streams import start_stream

PAUSE = 0.05
"""Seconds between two gifts."""


@cache
def feed(plan: Plan) -> dict[str, Result]:
    """Both names at once. The clock runs from `send_gift`'s return to the arrival at each listener."""
    sent: dict[str, float] = {}
    with stage(plan) as ready:
        creator, cheapest = ready.creators[0], gift_type()
        start_stream(creator=creator, title="Measured", key=str(uuid4()), at=timezone.now())
        with servers.feed() as (address, process):
            listeners = Listeners(f"{address}/c/{creator.handle}/events/", plan.listeners)
            for viewer in ready.viewers[: plan.told]:
                gift = send_gift(
                    viewer=viewer,
                    creator=creator,
                    gift_type=cheapest,
                    quantity=1,
                    key=str(uuid4()),
                    at=timezone.now(),
                ).gift
                sent[str(gift.id)] = time.monotonic()
                time.sleep(PAUSE)
            heard = listeners.heard(set(sent))
            memory = psutil.Process(process.pid).memory_info().rss / 2**20
    late = sorted(1000 * max(0.0, each[gift] - told) for each in heard for gift, told in sent.items())
    p99 = late[int(len(late) * 0.99)]
    notes = f"median {statistics.median(late):.0f} ms; {len(sent)} gifts, {1 / PAUSE:.0f} a second"
    return {
        "feed.listeners300.p99_ms": Result(p99, [p99], notes=notes),
        "feed.memory_mb": Result(memory, [memory], notes="resident"),
    }


def _measured(plan: Plan, *, name: str) -> Result:
    return feed(plan)[name]


MEASURES = {name: partial(_measured, name=name) for name in ("feed.listeners300.p99_ms", "feed.memory_mb")}

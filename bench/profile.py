"""Where a gift's time and its log bytes go: `python -m bench.profile`. One client, so that nothing waits for
another; the shares, not the milliseconds, are what holds elsewhere."""

import os
import sys
import threading
import time
from collections import Counter
from itertools import islice
from pathlib import Path

import django

PARTS = {
    "wallets": "the operation",
    "ledger": "the operation",
    "django": "Django",
    "psycopg": "the driver",
    "psycopg_binary": "the driver",
    "bench": "the bench itself",
}
WAITING = "waiting for the server"


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    django.setup()
    from bench.plan import PLANS
    from bench.stage import stage
    from bench.ways import portal

    plan = PLANS["smoke" if "--smoke" in sys.argv else "honest"]
    with stage(plan, folds=False) as ready:
        crowd, send = ready.crowd(hot=True), portal.sender()
        wishes = (wish for wish in crowd.wishes("profile") if wish.outcome == "accepted")
        for wish in islice(wishes, 200):
            send(wish)
        _time(send, list(islice(wishes, plan.counted)))
        _log_bytes(send, ready.crowd(hot=False), plan.counted)


def _time(send, wishes: list) -> None:
    from bench import cluster

    number = len(wishes)
    with cluster.timed_functions():
        cpu, began = time.thread_time(), time.perf_counter()
        with Sampler(threading.get_ident()) as sampler:
            for wish in wishes:
                send(wish)
        wall, cpu = time.perf_counter() - began, time.thread_time() - cpu
        functions, flushing = cluster.function_times()
    print(f"A gift, one client: {_us(wall, number)}, of which {_us(cpu, number)} are the client's CPU.")
    everything = sum(sampler.seen.values())
    for part, seen in sampler.seen.most_common():
        print(f"  {part:26}{seen / everything:6.0%}  {_us(wall * seen / everything, number)}")
    print("While it waits, the server is")
    print(f"  flushing the log{'':29}{_us(flushing, number):>10}")
    for name, (own, calls) in functions.items():
        if calls >= number:
            print(f"  in {name:42}{_us(own, number):>10}  (without what it calls)")


def _us(seconds: float, number: int) -> str:
    return f"{1e6 * seconds / number:,.0f} µs"


class Sampler:
    """Looks a thousand times a second at what a thread is doing."""

    def __init__(self, thread: int) -> None:
        self.seen: Counter[str] = Counter()
        self._thread = thread
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> "Sampler":
        self._usual = sys.getswitchinterval()
        sys.setswitchinterval(0.0001)  # or it would be let in only where the other thread waits
        self._watch.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._watch.join()
        sys.setswitchinterval(self._usual)

    def _sample(self) -> None:
        while not self._over.wait(0.001):
            self.seen[_part(sys._current_frames()[self._thread])] += 1


def _part(frame) -> str:
    """By the innermost frame that belongs to one of the packages."""
    if frame.f_code.co_name == "wait" and "psycopg" in frame.f_code.co_filename:
        return WAITING
    while frame is not None:
        places = Path(frame.f_code.co_filename).parts
        for package, part in PARTS.items():
            if package in places:
                return part
        frame = frame.f_back
    return "Python"


def _log_bytes(send, crowd, number: int) -> None:
    from bench import cluster, load, wal
    from ledger.tasks import fold

    def gifts(count: int) -> int:
        accepted = load.drive(send, crowd, clients=4, seconds=0, warm_up=count // 4).accepted
        fold()
        return accepted

    cluster.checkpoint()
    gifts(4 * number)
    cluster.vacuum()
    start = wal.position()
    accepted = gifts(number)
    sizes, numbers = wal.breakdown(start, wal.position())
    total = sum(sizes.values()) / accepted
    records = sum(numbers.values()) / accepted
    print(f"Its log: {total:,.0f} bytes in {records:.1f} records, the fold's included.")
    for relation in sorted({relation for relation, _ in sizes}):
        mine = {record: size for (place, record), size in sizes.items() if place == relation}
        if sum(mine.values()) / accepted >= 5:
            print(f"  {relation:34}{sum(mine.values()) / accepted:7.0f}")


if __name__ == "__main__":
    main()

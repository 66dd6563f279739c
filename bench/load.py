"""Clients of one way to send gifts: processes of threads, each with its connection, until the time is up."""

import multiprocessing
import random
import resource
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any
from uuid import uuid4

from django.db import connections

from bench.children import received

PROCESSES = 2
WARM_UP = 8
"""Gifts a client sends before the clock starts, so that its statements are prepared."""
ACCEPTED, REPLAYED, REFUSED = "accepted", "replayed", "refused"
_PREPARATION_SECONDS = 600


class AbortedClient(Exception):
    """A client met an error that it should not have met; the run is void."""


@dataclass(frozen=True)
class Wish:
    """What one client asks for. `outcome` is what the answer has to be."""

    viewer: Any
    creator: Any
    key: str
    outcome: str


@dataclass(frozen=True)
class Crowd:
    """Who gives to whom: the last `broke` of `viewers` hold nothing, `creators` is one person where everyone
    gives to the same. 1 % of the gifts are replays and 1 % come from the broke."""

    viewers: list
    creators: list
    broke: int

    def wishes(self, seed: object):
        dice = random.Random(str(seed))  # noqa: S311
        rich = len(self.viewers) - self.broke
        last = None
        while True:
            roll = dice.random()
            creator = dice.choice(self.creators)
            if roll < 0.01 and last:
                yield Wish(last.viewer, last.creator, last.key, REPLAYED)
            elif roll > 0.99 and self.broke:
                yield Wish(self.viewers[rich + dice.randrange(self.broke)], creator, _key(), REFUSED)
            else:
                last = Wish(self.viewers[dice.randrange(rich)], creator, _key(), ACCEPTED)
                yield last


def _key() -> str:
    return f"page:{uuid4()}"


@dataclass(frozen=True)
class Run:
    """`rate` accepted gifts a second; `accepted` in all, warm-up included; `cpu_ms` of the clients' processor
    time for each of these."""

    rate: float
    accepted: int
    p99_ms: float
    cpu_ms: float
    outcomes: Counter = field(default_factory=Counter)


def drive(
    send: Callable[[Wish], str], crowd: Crowd, *, clients: int, seconds: float, warm_up: int = WARM_UP
) -> Run:
    """Let `clients` send at once and without pause: `warm_up` gifts each, then whatever fits into `seconds`.
    `send` returns the outcome. Raises AbortedClient."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    seed = random.SystemRandom().random()
    processes = min(PROCESSES, clients)
    sizes = [clients // processes + (number < clients % processes) for number in range(processes)]
    pipes, started = [], []
    before = _children_cpu()
    for number, size in enumerate(sizes):
        ours, theirs = context.Pipe()
        arguments = (theirs, send, crowd, f"{seed} {number}", size, seconds, warm_up)
        process = context.Process(target=_process, args=arguments, daemon=True)
        process.start()
        theirs.close()
        pipes.append(ours)
        started.append(process)
    try:
        for pipe in pipes:
            _hear(pipe, _PREPARATION_SECONDS)
        for pipe in pipes:
            pipe.send(time.monotonic() + 0.05)
        reports = [report for pipe in pipes for report in _hear(pipe, seconds + _PREPARATION_SECONDS)]
    finally:
        for process in started:
            process.join(10)
            process.kill()
    cpu = _children_cpu() - before
    return _sum_up(reports, cpu)


def _hear(pipe: Connection, within: float) -> list["_Report"]:
    if not pipe.poll(within):
        raise AbortedClient("A client's process did not answer in time.")
    try:
        told = pipe.recv()
    except EOFError as error:
        raise AbortedClient("A client's process died.") from error
    if isinstance(told, str):
        raise AbortedClient(told)
    return told


@dataclass
class _Report:
    """One client's. `latencies` in seconds, of the timed gifts alone."""

    warm: int = 0
    seconds: float = 0.0
    outcomes: Counter = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)


def _process(
    pipe: Connection, send, crowd: Crowd, seed: str, size: int, seconds: float, warm_up: int
) -> None:
    errors: list[str] = []
    reports = [_Report() for _ in range(size)]
    ready = threading.Barrier(size + 1)
    go = threading.Event()
    start: list[float] = []

    def client(number: int) -> None:
        try:
            _client(send, crowd.wishes(f"{seed} {number}"), reports[number], warm_up, wait_for_start, seconds)
        except threading.BrokenBarrierError:
            pass
        except Exception:
            errors.append(traceback.format_exc())
            ready.abort()
        finally:
            connections.close_all()

    def wait_for_start() -> float:
        ready.wait()
        go.wait()
        time.sleep(max(0, start[0] - time.monotonic()))
        return start[0] + seconds

    threads = [threading.Thread(target=client, args=(number,)) for number in range(size)]
    for thread in threads:
        thread.start()
    try:
        ready.wait()
        pipe.send([])
        start.append(received(pipe))
        go.set()
    except threading.BrokenBarrierError:
        pass
    for thread in threads:
        thread.join()
    pipe.send(errors[0] if errors else reports)


def _client(send, wishes, report: _Report, warm_up: int, wait_for_start, seconds: float) -> None:
    for _ in range(warm_up):
        report.warm += _checked(send, next(wishes)) == ACCEPTED
    deadline = wait_for_start()
    began = now = time.monotonic()
    while now < deadline:
        report.outcomes[_checked(send, next(wishes))] += 1
        then, now = now, time.monotonic()
        report.latencies.append(now - then)
    report.seconds = now - began


def _checked(send, wish: Wish) -> str:
    outcome = send(wish)
    if outcome != wish.outcome:
        raise AbortedClient(f"Wanted a gift {wish.outcome}, it was {outcome}.")
    return outcome


def _sum_up(reports: list[_Report], cpu: float) -> Run:
    outcomes = sum((report.outcomes for report in reports), Counter())
    latencies = sorted(latency for report in reports for latency in report.latencies)
    accepted = outcomes[ACCEPTED] + sum(report.warm for report in reports)
    return Run(
        rate=sum(report.outcomes[ACCEPTED] / report.seconds for report in reports if report.seconds),
        accepted=accepted,
        p99_ms=1000 * latencies[int(len(latencies) * 0.99)] if latencies else 0.0,
        cpu_ms=1000 * cpu / max(accepted, 1),
        outcomes=outcomes,
    )


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

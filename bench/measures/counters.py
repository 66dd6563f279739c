"""What the server counts for a gift: steady numbers, whatever the machine does besides."""

import os
import tempfile
from itertools import islice
from pathlib import Path

from django.db import connection

from bench import cluster, load
from bench.load import ACCEPTED, Wish
from bench.plan import Plan
from bench.result import Result
from bench.stage import stage
from bench.ways import portal
from ledger.tasks import fold


def statements(plan: Plan) -> Result:
    """Counted on the wire: what Django hides (BEGIN, COMMIT) is a statement, too."""
    with stage(plan) as ready:
        crowd, send = ready.crowd(hot=True), portal.sender()
        accepted = (wish for wish in crowd.wishes("statements") if wish.outcome == ACCEPTED)
        counted = [_on_the_wire(send, wish) for wish in islice(accepted, 20)]
        connection.close()
    return Result(value=max(counted[8:]), a=counted, notes="the largest number, once statements are prepared")


def _on_the_wire(send, wish: Wish) -> int:
    connection.ensure_connection()
    with tempfile.TemporaryDirectory() as folder:
        wire = Path(folder, "wire")
        number = os.open(wire, os.O_CREAT | os.O_WRONLY, 0o600)
        connection.connection.pgconn.trace(number)
        send(wish)
        connection.connection.pgconn.untrace()
        os.close(number)
        lines = [line.split("\t") for line in wire.read_text().splitlines()]
    return sum(line[1] == "F" and line[3] in {"Execute", "Query"} for line in lines)


def fsyncs(plan: Plan) -> Result:
    with stage(plan) as ready:
        send = ready.portal(hot=True)
        send(1)
        counted, runs = [], []
        for _ in range(plan.pairs):
            before = cluster.counters()
            run = send(plan.seconds)
            counted.append((cluster.counters() - before).fsyncs / run.accepted)
            runs.append(run.rate)
    return Result(value=sorted(counted)[len(counted) // 2], a=counted, b=runs, notes="b: gifts a second")


class CheckpointInTheRun(Exception):
    """A checkpoint makes the server log whole pages again, which is not what a gift costs."""


def wal_bytes(plan: Plan) -> Result:
    """Of gifts from eight clients to all creators, and of one fold after them, however long they took. Before
    that nearly every page has been logged whole once, and tables vacuumed: that log is not a gift's."""
    with stage(plan, folds=False) as ready:
        crowd, send = ready.crowd(hot=False), portal.sender()
        counted = []
        cluster.checkpoint()
        _send(send, crowd, 2 * len(crowd.viewers))
        for _ in range(3):
            cluster.vacuum()
            before = cluster.counters()
            accepted = _send(send, crowd, plan.counted)
            spent = cluster.counters() - before
            if spent.checkpoints:
                raise CheckpointInTheRun
            counted.append(spent.wal_bytes / accepted)
    return Result(value=sorted(counted)[1], a=counted)


def _send(send, crowd, count: int) -> int:
    clients = 8
    run = load.drive(send, crowd, clients=clients, seconds=0, warm_up=count // clients)
    fold()
    return run.accepted


MEASURES = {
    "gift.statements": statements,
    "gift.hot.c32.fsyncs_per_gift": fsyncs,
    "gift.wal_bytes": wal_bytes,
}

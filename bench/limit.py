"""pgbench with the same function: what the database could do if Python cost nothing."""

import re
import resource
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from django.db import connection, connections

from bench import captured, cluster
from bench.load import ACCEPTED, REFUSED, REPLAYED, AbortedClient, Crowd, Run

_FIRST = 1
"""The number of the gift that a client replays before it has sent one of its own."""
_TOLD = 500
_NOW = "clock_timestamp()"
_GIFT = r"""
\set serial :serial + 1
\set number (:run * 1000 + :client_id) * 1000000000 + :serial
\set viewer random(1, {rich})
\set creator random(1, {creators})
SELECT bench_assert(sent.outcome, 'posted') FROM ({gift}) sent;
"""
_REPLAYED = "SELECT bench_assert(sent.outcome, 'taken') FROM ({gift}) sent;\n"
_REFUSED = r"""
\set broke random({rich} + 1, {everybody})
\set giver random(1, {creators})
\set serial :serial + 1
\set unused (:run * 1000 + :client_id) * 1000000000 + :serial
SELECT bench_assert(sent.outcome, 'LG001') FROM ({unaffordable}) sent;
"""
_ASSERT = """
    CREATE OR REPLACE FUNCTION bench_assert(p_told text, p_wanted text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        IF p_told <> p_wanted THEN
            RAISE '% instead of %', p_told, p_wanted;
        END IF;
    END $$
"""


class Limit:
    """The scripts of one crowd, run as often as wanted."""

    def __init__(self, send, crowd: Crowd) -> None:
        self._runs = int(time.time()) % 1_000_000  # no key twice on a database that another one has used
        gift = captured.template(send, crowd)
        facts = {
            "rich": len(crowd.viewers) - crowd.broke,
            "everybody": len(crowd.viewers),
            "creators": len(crowd.creators),
        }
        named = gift.format(viewer=":viewer", creator=":creator", number=":number", at=_NOW)
        unaffordable = gift.format(viewer=":broke", creator=":giver", number=":unused", at=_NOW)
        self._scripts = {
            ACCEPTED: (98, _GIFT.format(gift=named, **facts)),
            REPLAYED: (1, _REPLAYED.format(gift=named)),
            REFUSED: (1, _REFUSED.format(unaffordable=unaffordable, **facts)),
        }
        with connection.cursor() as cursor:
            cursor.execute(_ASSERT)
            cursor.execute(gift.format(viewer=1, creator=1, number=_FIRST, at=_NOW))

    def drive(self, *, clients: int, seconds: float) -> Run:
        """Raises AbortedClient."""
        connections.close_all()
        self._runs += 1
        host, user = cluster.address()
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for outcome, (weight, script) in self._scripts.items():
                Path(folder, outcome).write_text(script)
                files += ["-f", f"{folder}/{outcome}@{weight}"]
            variables = {"run": self._runs, "serial": 0, "viewer": 1, "creator": 1, "number": _FIRST}
            command = [
                cluster.tool("pgbench"), "-h", host, "-U", user, "-n", "-M", "prepared", "-c", str(clients),
                "-j", "1", "-T", str(max(1, round(seconds))), *files, "-l", "--log-prefix", f"{folder}/log",
                *(f"-D{name}={value}" for name, value in variables.items()), _database(),
            ]  # fmt: skip
            before = _children_cpu()
            done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603
            cpu = _children_cpu() - before
            if done.returncode or "aborted" in done.stderr:
                raise AbortedClient(done.stderr[:_TOLD])
            latencies = sorted(_latencies(Path(folder)))
        return _read(done.stdout, list(self._scripts), latencies, cpu)


def _database() -> str:
    return connections.databases["default"]["NAME"]


def _latencies(folder: Path):
    """Seconds: pgbench logs microseconds in the third column."""
    for log in folder.glob("log*"):
        for line in log.read_text().splitlines():
            yield int(line.split()[2]) / 1e6


def _read(told: str, outcomes: list[str], latencies: list[float], cpu: float) -> Run:
    numbers = [int(number) for number in re.findall(r"^ - (\d+) transactions", told, re.M)]
    rate = float(re.search(r"^tps = ([\d.]+)", told, re.M).group(1))
    counted = Counter(dict(zip(outcomes, numbers, strict=True)))
    return Run(
        rate=rate * counted[ACCEPTED] / sum(numbers),
        accepted=counted[ACCEPTED],
        p99_ms=1000 * latencies[int(len(latencies) * 0.99)],
        cpu_ms=1000 * cpu / counted[ACCEPTED],
        outcomes=counted,
    )


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

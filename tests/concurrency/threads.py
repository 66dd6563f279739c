"""Real threads with connections of their own, let go at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, connections

PATIENCE = 30  # seconds; a thread that waits longer waits for ever


def race(work: Callable[[int], object], threads: int) -> list[object]:
    """What `work(0) … work(threads - 1)` returned, or the exception that each raised, in order."""
    start = threading.Barrier(threads)

    def run(number: int) -> object:
        try:
            start.wait(PATIENCE)
            return work(number)
        except Exception as error:  # the caller looks at what each thread met
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def somebody_waits_for_us() -> bool:
    """Whether another session waits for a lock of this one; what other tests' sessions wait for is theirs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return cursor.fetchone()[0]

"""Threads that start together, each with a database connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

PATIENCE = 30


def race(number: int, act: Callable[[int], object]) -> list[object]:
    """Call `act(0)` … `act(number - 1)` at once. Returns what each gave back, or the exception it raised."""
    start = threading.Barrier(number)

    def run(index: int) -> object:
        try:
            connection.ensure_connection()
            start.wait(PATIENCE)
            return act(index)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(run, range(number), timeout=PATIENCE))


def alone(act: Callable[[], object]) -> object:
    """Call `act` on a connection of its own, while this thread's transaction stays open."""
    return race(1, lambda _index: act())[0]

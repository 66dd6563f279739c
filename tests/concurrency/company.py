"""Threads that ask for something at the same moment, every time anew."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from ledger.together import Together
from tests.concurrency.threads import PATIENCE


def in_company(together: Together, *works: Callable[[], object]) -> list[object]:
    """What each of `works` returned, or the exception that it raised. Each asks `together` for something, in
    this order and before the first of them is done."""
    together._busy = True  # as if somebody before them were at it

    def run(work: Callable[[], object]) -> object:
        try:
            return work()
        except Exception as error:  # the caller looks at what each thread met
            return error
        finally:
            connections.close_all()

    pool = ThreadPoolExecutor(len(works))
    try:
        told = []
        for number, work in enumerate(works, 1):
            told.append(pool.submit(run, work))
            deadline = time.monotonic() + PATIENCE
            while len(together._waiting) < number and time.monotonic() < deadline:
                time.sleep(0.001)
        assert len(together._waiting) == len(works)
        together._hand_on([])
        return [each.result(PATIENCE) for each in told]
    finally:
        pool.shutdown(wait=False)  # whoever waits for what the caller holds goes on after it

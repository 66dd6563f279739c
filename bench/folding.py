"""The fold, running beside a measurement as often as the site's schedule runs it."""

import multiprocessing
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connections

from bench.children import is_orphan
from ledger.tasks import fold


class FoldFailed(Exception):
    """The fold stopped in the middle of a measurement."""


@contextmanager
def folding() -> Iterator[None]:
    connections.close_all()
    context = multiprocessing.get_context("fork")
    stop, trouble = context.Event(), context.SimpleQueue()
    process = context.Process(target=_keep_folding, args=(stop, trouble))
    process.start()
    try:
        yield
    finally:
        stop.set()
        process.join(30)
        process.kill()
    if not trouble.empty():
        raise FoldFailed(trouble.get())


def _keep_folding(stop, trouble) -> None:
    try:
        while not stop.wait(settings.CELERY_BEAT_SCHEDULE["ledger-fold"]["schedule"]) and not is_orphan():
            fold()
        fold()
    except Exception:
        trouble.put(traceback.format_exc())
    finally:
        connections.close_all()

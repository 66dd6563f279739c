"""Static files, served around Django rather than by its middleware: that one is asynchronous, and every page
would pay for the way there and back."""

from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from servestatic import ServeStatic


def around(application: Callable) -> ServeStatic:
    """The WSGI application with the collected files in front of it, or while developing those of each app."""
    site = ServeStatic(
        application,
        autorefresh=settings.STATIC_AUTOREFRESH,
        max_age=0 if settings.DEBUG else 60,
        add_headers_function=_no_sniffing,
    )
    # Where two places hold the same name the first is meant, and the last one added is served.
    for place in reversed(list(_places())):
        site.add_files(place, settings.STATIC_URL)
    return site


def _places() -> Iterator[str | Path]:
    if not settings.DEBUG:
        yield settings.STATIC_ROOT
        return
    for finder in get_finders():
        yield from (storage.location for storage in finder.storages.values())


def _no_sniffing(headers, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"

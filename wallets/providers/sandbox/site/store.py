"""Checkouts and the messages about them, in one SQLite file: a restart loses nothing."""

import datetime as dt
import hashlib
import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS checkout (
    id TEXT PRIMARY KEY, reference TEXT NOT NULL, title TEXT NOT NULL, amount INTEGER NOT NULL,
    currency TEXT NOT NULL, email TEXT NOT NULL, success_url TEXT NOT NULL, cancel_url TEXT NOT NULL,
    webhook_url TEXT NOT NULL, idempotency_key TEXT NOT NULL UNIQUE, digest TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'open', reason TEXT NOT NULL DEFAULT '', expires_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS refund (
    id TEXT PRIMARY KEY, checkout_id TEXT NOT NULL, reference TEXT NOT NULL, amount INTEGER NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE, status TEXT NOT NULL DEFAULT 'pending',
    reason TEXT NOT NULL DEFAULT '', fails INTEGER NOT NULL, due_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS dispute (
    id TEXT PRIMARY KEY, checkout_id TEXT NOT NULL, amount INTEGER NOT NULL,
    status TEXT NOT NULL, reason TEXT NOT NULL, due_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY, event_id TEXT NOT NULL, url TEXT NOT NULL, body TEXT NOT NULL,
    due_at REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS movement (
    id INTEGER PRIMARY KEY, what TEXT NOT NULL, reference TEXT NOT NULL, amount INTEGER NOT NULL,
    currency TEXT NOT NULL, day TEXT NOT NULL, UNIQUE (what, reference)
);
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (due_at) WHERE NOT done;
"""
SOON = 0.5
LATE = 5.0
AGAIN = 1.5
"""Seconds: after how long a message leaves, leaves late, and follows its first copy."""
LONGEST_PAUSE = 3600


class KeyReused(Exception):
    """This idempotency key opened a different checkout, or paid a different refund."""


@dataclass(frozen=True)
class Habits:
    """How the messages about one checkout travel, decided by its id alone: one in four is late, and one in
    four arrives twice, as it happens with real providers."""

    late: bool
    twice: bool


def habits(checkout_id: str) -> Habits:
    dice = hashlib.sha256(checkout_id.encode()).digest()
    return Habits(late=dice[0] % 4 == 0, twice=dice[1] % 4 == 0)


class Store:
    def __init__(self, path: Path, lifetime: int) -> None:
        """`lifetime`: seconds that a checkout stays open."""
        self.path = path
        self.lifetime = lifetime
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(SCHEMA)
        if "card" not in {column[1] for column in connection.execute("PRAGMA table_info(checkout)")}:
            connection.execute("ALTER TABLE checkout ADD COLUMN card TEXT NOT NULL DEFAULT ''")
        connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction from its first read on, committed unless something is raised."""
        connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        finally:
            connection.close()

    def open(self, order: dict, key: str) -> tuple[dict, bool]:
        """The checkout of this order, and whether it is new. Raises KeyReused."""
        digest = hashlib.sha256(json.dumps(order, sort_keys=True).encode()).hexdigest()
        with self.writing() as connection:
            known = connection.execute("SELECT * FROM checkout WHERE idempotency_key = ?", [key]).fetchone()
            if known is None:
                checkout_id = f"co_{secrets.token_urlsafe(18)}"
                facts = {
                    **order,
                    "id": checkout_id,
                    "idempotency_key": key,
                    "digest": digest,
                    "expires_at": time.time() + self.lifetime,
                }
                names = ", ".join(facts)
                marks = ", ".join(f":{name}" for name in facts)
                connection.execute(f"INSERT INTO checkout ({names}) VALUES ({marks})", facts)  # noqa: S608
                return self.read(connection, checkout_id), True
            if known["digest"] != digest:
                raise KeyReused
            return dict(known), False

    def get(self, checkout_id: str) -> dict | None:
        with self.writing() as connection:
            return self.read(connection, checkout_id)

    def close(self, checkout_id: str, status: str, reason: str = "", *, card: str = "") -> bool:
        """Close an open checkout and put the message about it on its way, in one step. False if it was closed
        already."""
        with self.writing() as connection:
            return self._close(connection, checkout_id, status, reason, card)

    def expire(self) -> None:
        """Close what nobody paid in time."""
        with self.writing() as connection:
            late = connection.execute(
                "SELECT id FROM checkout WHERE status = 'open' AND expires_at < ?", [time.time()]
            ).fetchall()
            for row in late:
                self._close(connection, row["id"], "expired")

    def due(self) -> list[dict]:
        """The messages to deliver now."""
        with self.writing() as connection:
            rows = connection.execute(
                "SELECT * FROM delivery WHERE NOT done AND due_at <= ? ORDER BY due_at LIMIT 20",
                [time.time()],
            )
            return [dict(row) for row in rows]

    def delivered(self, delivery_id: int) -> None:
        with self.writing() as connection:
            connection.execute("UPDATE delivery SET done = 1 WHERE id = ?", [delivery_id])

    def postpone(self, delivery_id: int, attempts: int) -> None:
        """After 1, 2, 4, 8 … seconds it is tried again, at last every hour."""
        due_at = time.time() + min(2 ** (attempts - 1), LONGEST_PAUSE)
        with self.writing() as connection:
            connection.execute(
                "UPDATE delivery SET attempts = ?, due_at = ? WHERE id = ?", [attempts, due_at, delivery_id]
            )

    def movements(self, day: str) -> list[dict]:
        """What was booked on the shop's account on one day (UTC), in that order."""
        with self.writing() as connection:
            rows = connection.execute(
                "SELECT what, reference, amount, currency FROM movement WHERE day = ? ORDER BY id", [day]
            )
            return [dict(row) for row in rows]

    def balances(self) -> dict[str, int]:
        """What is on the shop's account, by currency."""
        with self.writing() as connection:
            rows = connection.execute("SELECT currency, sum(amount) FROM movement GROUP BY currency")
            return {currency: amount for currency, amount in rows}

    @staticmethod
    def read(connection: sqlite3.Connection, checkout_id: str) -> dict | None:
        row = connection.execute("SELECT * FROM checkout WHERE id = ?", [checkout_id]).fetchone()
        return dict(row) if row else None

    def _close(
        self, connection: sqlite3.Connection, checkout_id: str, status: str, reason: str = "", card: str = ""
    ) -> bool:
        closed = connection.execute(
            "UPDATE checkout SET status = ?, reason = ?, card = ? WHERE id = ? AND status = 'open'",
            [status, reason, card, checkout_id],
        )
        if not closed.rowcount:
            return False
        checkout = self.read(connection, checkout_id)
        if status == "paid":
            book(connection, "charge", checkout_id, checkout["amount"], checkout["currency"])
        tell(connection, checkout, f"checkout.{status}", public(checkout))
        return True


def book(
    connection: sqlite3.Connection, what: str, reference: str, amount: int, currency: str, day: str = ""
) -> None:
    """Put a line on the shop's account, today unless told, once."""
    connection.execute(
        "INSERT OR IGNORE INTO movement (what, reference, amount, currency, day) VALUES (?, ?, ?, ?, ?)",
        [what, reference, amount, currency, day or f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"],
    )


def tell(connection: sqlite3.Connection, checkout: dict, kind: str, data: dict) -> None:
    """Put a message about a checkout on its way to the shop, as its habits are."""
    event_id = f"evt_{secrets.token_urlsafe(18)}"
    body = json.dumps({"id": event_id, "type": kind, "data": data})
    habit = habits(checkout["id"])
    first = time.time() + (LATE if habit.late else SOON)
    for due_at in [first, first + AGAIN] if habit.twice else [first]:
        connection.execute(
            "INSERT INTO delivery (event_id, url, body, due_at) VALUES (?, ?, ?, ?)",
            [event_id, checkout["webhook_url"], body, due_at],
        )


def public(checkout: dict) -> dict:
    """What the API and the webhooks tell of a checkout."""
    names = ("id", "reference", "title", "amount", "currency", "status", "reason")
    return {name: checkout[name] for name in names}

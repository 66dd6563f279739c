"""What the sandbox remembers: objects of Stripe's, in one SQLite file. A restart loses nothing."""

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, body TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS request (
    key TEXT PRIMARY KEY, path TEXT NOT NULL, form TEXT NOT NULL, answer TEXT NOT NULL
);
"""
PREFIXES = {
    "account": "acct", "link": "link", "transfer": "tr", "transfer_reversal": "trr", "event": "evt",
}  # fmt: skip


class KeyReused(Exception):
    """This idempotency key asked for something else."""


class Store:
    def __init__(self, path: Path) -> None:
        self._path = path
        with self.writing() as connection:
            connection.executescript(SCHEMA)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, committed unless something is raised."""
        connection = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            if connection.in_transaction:
                connection.execute("COMMIT")
        finally:
            connection.close()

    def create(self, connection: sqlite3.Connection, kind: str, **facts) -> dict:
        body = {
            "id": f"{PREFIXES[kind]}_{secrets.token_hex(8)}",
            "object": kind,
            "created": int(time.time()),
            **facts,
        }
        connection.execute(
            "INSERT INTO object (id, kind, body) VALUES (?, ?, ?)", [body["id"], kind, json.dumps(body)]
        )
        return body

    def save(self, connection: sqlite3.Connection, body: dict) -> dict:
        connection.execute("UPDATE object SET body = ? WHERE id = ?", [json.dumps(body), body["id"]])
        return body

    def get(self, connection: sqlite3.Connection, kind: str, object_id: str) -> dict | None:
        found = connection.execute(
            "SELECT body FROM object WHERE kind = ? AND id = ?", [kind, object_id]
        ).fetchone()
        return json.loads(found["body"]) if found else None

    def all(self, connection: sqlite3.Connection, kind: str) -> list[dict]:
        """Newest first, as Stripe lists them."""
        rows = connection.execute("SELECT body FROM object WHERE kind = ? ORDER BY number DESC", [kind])
        return [json.loads(row["body"]) for row in rows]

    def answered(self, connection: sqlite3.Connection, key: str, path: str, form: str) -> dict | None:
        """The first answer to a request of this key. Raises KeyReused."""
        known = connection.execute("SELECT * FROM request WHERE key = ?", [key]).fetchone()
        if known is None:
            return None
        if (known["path"], known["form"]) != (path, form):
            raise KeyReused
        return json.loads(known["answer"])

    def remember(self, connection: sqlite3.Connection, key: str, path: str, form: str, answer: dict) -> None:
        connection.execute("INSERT INTO request VALUES (?, ?, ?, ?)", [key, path, form, json.dumps(answer)])

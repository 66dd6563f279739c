"""Refunds and disputes of paid checkouts, in the store's file."""

import secrets
import sqlite3
import time

from wallets.providers.sandbox.site.store import KeyReused, Store, book, tell

REFUND_TAKES = 1.0
DISPUTE_AFTER = 5.0
"""Seconds that a refund is pending, and after which the payment of a disputing card is disputed."""


class Refused(Exception):
    """The refund can't be paid; the words say why."""


class Claims:
    def __init__(self, store: Store) -> None:
        self.store = store

    def refund(
        self, checkout_id: str, amount: int, key: str, *, reference: str = "", fails: bool = False
    ) -> tuple[dict, bool]:
        """The refund of this key, and whether it is new. `reference` is the shop's own name for it; one that
        `fails` does so after it seemed to go well. Raises Refused, KeyReused."""
        with self.store.writing() as connection:
            known = connection.execute("SELECT * FROM refund WHERE idempotency_key = ?", [key]).fetchone()
            if known is not None:
                if (known["checkout_id"], known["amount"], known["reference"]) != (
                    checkout_id,
                    amount,
                    reference,
                ):
                    raise KeyReused
                return self._refund(connection, known["id"]), False
            checkout = self.store.read(connection, checkout_id)
            self._refuse(connection, checkout, amount)
            refund_id = f"re_{secrets.token_urlsafe(18)}"
            connection.execute(
                "INSERT INTO refund (id, checkout_id, reference, amount, idempotency_key, fails, due_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [refund_id, checkout_id, reference, amount, key, fails, time.time() + REFUND_TAKES],
            )
            return self._refund(connection, refund_id), True

    def refunds(self, *, reference: str = "", checkout_id: str = "") -> list[dict]:
        """Those of a checkout, or of that name of the shop's."""
        with self.store.writing() as connection:
            rows = connection.execute(
                "SELECT id FROM refund WHERE (reference = ? AND ? <> '') OR checkout_id = ? ORDER BY due_at",
                [reference, reference, checkout_id],
            ).fetchall()
            return [self._refund(connection, row["id"]) for row in rows]

    def dispute(self, checkout_id: str, amount: int, *, after: float = 0) -> None:
        """Open a dispute over so much of a paid checkout, now or some seconds later."""
        with self.store.writing() as connection:
            connection.execute(
                "INSERT INTO dispute (id, checkout_id, amount, status, reason, due_at) VALUES"
                " (?, ?, ?, 'coming', 'fraudulent', ?)",
                [f"dp_{secrets.token_urlsafe(18)}", checkout_id, amount, time.time() + after],
            )

    def decide(self, checkout_id: str, dispute_id: str, status: str) -> None:
        """The bank's decision, won or lost; the first one stands."""
        with self.store.writing() as connection:
            decided = connection.execute(
                "UPDATE dispute SET status = ? WHERE id = ? AND checkout_id = ? AND status = 'open'",
                [status, dispute_id, checkout_id],
            )
            if decided.rowcount:
                self._tell_dispute(connection, dispute_id)

    def disputes(self, checkout_id: str) -> list[dict]:
        with self.store.writing() as connection:
            rows = connection.execute(
                "SELECT id FROM dispute WHERE checkout_id = ? AND status <> 'coming' ORDER BY due_at",
                [checkout_id],
            ).fetchall()
            return [self._dispute(connection, row["id"]) for row in rows]

    def get_dispute(self, dispute_id: str) -> dict | None:
        with self.store.writing() as connection:
            known = connection.execute(
                "SELECT id FROM dispute WHERE id = ? AND status <> 'coming'", [dispute_id]
            ).fetchone()
            return self._dispute(connection, dispute_id) if known else None

    def advance(self) -> None:
        """Let happen what is due: pending refunds end, coming disputes open."""
        with self.store.writing() as connection:
            now = time.time()
            for row in connection.execute(
                "SELECT id, fails FROM refund WHERE status = 'pending' AND due_at <= ?", [now]
            ).fetchall():
                status = "failed" if row["fails"] else "succeeded"
                reason = "The buyer's bank sent it back: the card is closed." if row["fails"] else ""
                connection.execute(
                    "UPDATE refund SET status = ?, reason = ? WHERE id = ?", [status, reason, row["id"]]
                )
                refund = self._refund(connection, row["id"])
                if status == "succeeded":
                    book(connection, "refund", refund["id"], -refund["amount"], refund["currency"])
                checkout = self.store.read(connection, refund["checkout"])
                tell(connection, checkout, f"refund.{status}", refund)
            for row in connection.execute(
                "SELECT id FROM dispute WHERE status = 'coming' AND due_at <= ?", [now]
            ).fetchall():
                connection.execute("UPDATE dispute SET status = 'open' WHERE id = ?", [row["id"]])
                self._tell_dispute(connection, row["id"])

    def _refuse(self, connection: sqlite3.Connection, checkout: dict | None, amount: int) -> None:
        if checkout is None or checkout["status"] != "paid":
            raise Refused("Only a paid checkout can be refunded.")
        held = connection.execute(
            "SELECT (SELECT coalesce(sum(amount), 0) FROM refund WHERE checkout_id = :id"
            " AND status <> 'failed') + (SELECT coalesce(sum(amount), 0) FROM dispute WHERE checkout_id = :id"
            " AND status IN ('open', 'lost')) AS amount",
            {"id": checkout["id"]},
        ).fetchone()["amount"]
        if not 0 < amount <= checkout["amount"] - held:
            raise Refused("That much is not left of this payment: it was refunded or is disputed.")

    def _tell_dispute(self, connection: sqlite3.Connection, dispute_id: str) -> None:
        dispute = self._dispute(connection, dispute_id)
        checkout = self.store.read(connection, dispute["checkout"])
        if dispute["status"] == "open":
            book(connection, "dispute", dispute_id, -dispute["amount"], dispute["currency"])
        elif dispute["status"] == "won":
            book(connection, "dispute_reversal", dispute_id, dispute["amount"], dispute["currency"])
        kind = "opened" if dispute["status"] == "open" else dispute["status"]
        tell(connection, checkout, f"dispute.{kind}", dispute)

    def _refund(self, connection: sqlite3.Connection, refund_id: str) -> dict:
        row = dict(connection.execute("SELECT * FROM refund WHERE id = ?", [refund_id]).fetchone())
        return self._claim(connection, row) | {"object": "refund", "reference": row["reference"]}

    def _dispute(self, connection: sqlite3.Connection, dispute_id: str) -> dict:
        row = dict(connection.execute("SELECT * FROM dispute WHERE id = ?", [dispute_id]).fetchone())
        return self._claim(connection, row) | {"object": "dispute"}

    def _claim(self, connection: sqlite3.Connection, row: dict) -> dict:
        """What the API and the webhooks tell of both; `order` is the shop's name for the checkout."""
        checkout = self.store.read(connection, row["checkout_id"])
        return {
            "id": row["id"],
            "checkout": checkout["id"],
            "order": checkout["reference"],
            "amount": row["amount"],
            "currency": checkout["currency"],
            "status": row["status"],
            "reason": row["reason"],
        }

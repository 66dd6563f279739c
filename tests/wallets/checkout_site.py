"""The sandbox checkout as a process of its own, as the demo runs it."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import requests
from django.conf import settings

from tests.ports import free_port

PATIENCE = 30


def eventually(condition: Callable[[], object], what: str) -> object:
    """The first true value of `condition` within PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {PATIENCE} s")


class CheckoutSite:
    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "PORTAL_STATE": str(folder),
            "CHECKOUT_PORT": str(self.port),
            "SANDBOX_CHECKOUT_KEY": settings.SANDBOX_CHECKOUT_KEY,
            "SANDBOX_WEBHOOK_SECRET": settings.SANDBOX_WEBHOOK_SECRET,
            **environment,
        }

    def start(self) -> None:
        command = [sys.executable, "-m", "wallets.providers.sandbox.site"]
        self.process = subprocess.Popen(command, env=self.environment, cwd=settings.BASE_DIR)
        eventually(self.answers, "the checkout site starts")

    def answers(self) -> bool:
        assert self.process.poll() is None, "the checkout site has ended"
        try:
            return requests.get(f"{self.url}/pay/none", timeout=5).status_code == 404
        except requests.ConnectionError:
            return False

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=PATIENCE)

    def deliveries(self, checkout_id: str) -> list[dict]:
        """What is kept of the messages about one checkout."""
        with self._store() as connection:
            rows = connection.execute(
                "SELECT * FROM delivery WHERE body LIKE ? ORDER BY due_at", [f"%{checkout_id}%"]
            )
            return [dict(row) for row in rows]

    def forget_deliveries(self) -> None:
        """Let no message of one test reach the next."""
        with self._store() as connection:
            connection.execute("DELETE FROM delivery")

    @contextmanager
    def _store(self) -> Iterator[sqlite3.Connection]:
        path = self.folder / "checkout" / "checkouts.sqlite3"
        with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            yield connection

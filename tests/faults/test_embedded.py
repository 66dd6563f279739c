"""The embedded PostgreSQL under several commands, crashes and kills. Each command is a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from portal.settings import BASE_DIR, DATABASE_URL

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(DATABASE_URL), reason="a server of its own is configured: nothing is embedded"),
]

COMMAND = """
import sys, pathlib, psycopg
from portal.embedded import database
settings = database(pathlib.Path(sys.argv[1]))
link = psycopg.connect(
    host=settings["HOST"], dbname=settings["NAME"], user=settings["USER"], autocommit=True
)
for line in sys.stdin:
    rows = link.execute(line.strip())
    print(rows.fetchone() if rows.description else "done", flush=True)
"""


class Command:
    """A process that uses the database until it is ended."""

    def __init__(self, state: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, str(state)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=BASE_DIR,
        )

    def ask(self, statement: str) -> str:
        self.process.stdin.write(statement + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        self.process.stdin.close()
        assert self.process.wait(timeout=60) == 0
        self.process.stdout.close()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=60)
        self.process.stdin.close()
        self.process.stdout.close()


def server(state: Path) -> int | None:
    """The running server's pid."""
    file = state / "postgres" / "postmaster.pid"
    if not file.exists():
        return None
    pid = int(file.read_text().splitlines()[0])
    alive = psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return pid if alive else None


@pytest.fixture
def state(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("state")


class TestEmbeddedDatabase:
    def test_is_shared_by_commands_and_stopped_by_the_last(self, state):
        first, second = Command(state), Command(state)  # both at once, on an empty folder
        assert first.ask("CREATE TABLE shared (word text)") == "done"
        assert second.ask("INSERT INTO shared VALUES ('seen') RETURNING word") == "('seen',)"
        first.end()
        assert server(state)
        assert second.ask("SELECT word FROM shared") == "('seen',)"
        second.end()
        assert server(state) is None

    def test_keeps_what_was_committed_when_the_server_is_killed(self, state):
        command = Command(state)
        command.ask("CREATE TABLE kept (word text)")
        command.ask("INSERT INTO kept VALUES ('safe')")
        os.kill(server(state), signal.SIGKILL)
        command.kill()
        again = Command(state)
        assert again.ask("SELECT word FROM kept") == "('safe',)"
        again.end()
        assert server(state) is None

    def test_is_adopted_after_its_user_was_killed(self, state):
        killed = Command(state)
        killed.ask("SELECT 1")
        pid = server(state)
        killed.kill()
        assert server(state) == pid
        heir = Command(state)
        assert heir.ask("SELECT 2") == "(2,)"
        assert server(state) == pid
        heir.end()
        assert server(state) is None

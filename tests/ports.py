"""Ports for processes that a test starts."""

import random
import socket


def free_port(in_a_row: int = 1) -> int:
    """The first of so many free ports, below those that the system gives to outgoing connections: nobody else
    is handed one before the process binds it."""
    while True:
        first = random.randrange(20_000, 32_000)  # noqa: S311
        if all(_is_free(first + step) for step in range(in_a_row)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0

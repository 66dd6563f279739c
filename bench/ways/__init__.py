"""Ways to send a gift that are compared: each a module with three functions.

`sender()`, called before processes are forked, returns what a client calls for each wish. `count()` tells how
many gifts there are, `check(expected)` raises WrongBooks unless there are as many and balances agree."""

from collections.abc import Callable
from typing import Protocol

from bench.load import Wish


class Way(Protocol):
    def sender(self) -> Callable[[Wish], str]: ...

    def count(self) -> int: ...

    def check(self, expected: int) -> None: ...


class WrongBooks(Exception):
    """After a run the rows do not say what the clients were told."""


def assert_equal(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise WrongBooks(f"{what}: {str(found)[:300]} instead of {str(expected)[:300]}.")

"""How much is measured: enough to believe (`make bench`), everything (FULL=1), or a glance (QUICK=1)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """`seconds` a run; `sizes` in gifts, the smallest first."""

    pairs: int = 5
    seconds: float = 3.0
    counted: int = 5_000
    clients: tuple[int, ...] = (32,)
    sizes: tuple[int, ...] = (10_000, 200_000, 1_000_000)


HONEST = Plan()
FULL = Plan(clients=(1, 8, 32, 64), sizes=(10_000, 1_000_000, 5_000_000))
QUICK = Plan(pairs=2, seconds=2.0, counted=2_000, sizes=(1_000, 5_000, 20_000))

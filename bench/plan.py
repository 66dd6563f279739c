"""How much is measured: enough to believe (`make bench`), everything (FULL=1), or a glance (QUICK=1)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """`seconds` a run; `counted` gifts for a counter, `told` by the feed; `sizes` in gifts, smallest first."""

    viewers: int = 10_000
    creators: int = 1_000
    pairs: int = 5
    seconds: float = 3.0
    counted: int = 5_000
    clients: tuple[int, ...] = (32,)
    told: int = 200
    sizes: tuple[int, ...] = (10_000, 200_000, 1_000_000)


HONEST = Plan()
FULL = Plan(clients=(1, 8, 32, 64), sizes=(10_000, 1_000_000, 5_000_000))
SMOKE = Plan(viewers=100, creators=5, pairs=1, seconds=0.5, counted=200, told=20, sizes=(200, 400, 800))
"""Proves that everything runs; its numbers mean nothing."""
QUICK = Plan(pairs=2, seconds=2.0, counted=2_000, sizes=(1_000, 5_000, 20_000))

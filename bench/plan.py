"""How much is measured: enough to believe, everything (FULL=1), a glance for developing (QUICK=1), or just so
much that everything has run once; the last two prove nothing about speed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """`seconds` a run; `counted` gifts for a counter; `told` by the feed; `sizes` in gifts, the small first;
    `most_clients` holds a trial down, whatever a name says."""

    viewers: int = 10_000
    creators: int = 1_000
    pairs: int = 5
    seconds: float = 3.0
    counted: int = 5_000
    most_clients: int = 64
    told: int = 200
    sizes: tuple[int, ...] = (10_000, 100_000, 500_000)


FULL = Plan(sizes=(10_000, 1_000_000, 5_000_000))
PLANS = {
    "honest": Plan(),
    "full": FULL,
    "quick": Plan(pairs=2, seconds=2.0, counted=2_000, sizes=(1_000, 5_000, 20_000)),
    "smoke": Plan(
        viewers=100,
        creators=5,
        pairs=1,
        seconds=0.2,
        counted=200,
        told=20,
        most_clients=4,
        sizes=(200, 400, 800),
    ),
}

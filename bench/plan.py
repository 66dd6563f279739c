"""How much is measured: enough to believe, everything (FULL=1), a glance for developing (QUICK=1), or just so
much that everything has run once; the last two prove nothing about speed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """`seconds` a run; `counted` gifts for a counter; `told` by the feed to `listeners`; `sizes` in gifts,
    the small first; `calls` of a page in a turn. In a trial `most_clients` holds, whatever a name says, and
    on a `shared` database one measurement follows another."""

    viewers: int = 10_000
    creators: int = 1_000
    pairs: int = 5
    seconds: float = 3.0
    counted: int = 5_000
    most_clients: int = 64
    told: int = 200
    listeners: int = 300
    calls: int = 20
    shared: bool = False
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
        seconds=0.1,
        counted=40,
        told=5,
        listeners=20,
        calls=2,
        most_clients=4,
        shared=True,
        sizes=(40, 60, 80),
    ),
}

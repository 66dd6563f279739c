"""The levels of gifters, by the coins that they have ever sent in gifts."""

from bisect import bisect_right

# The coins from which on each level is reached; the first is level 1.
THRESHOLDS = (1, 100, 500, 1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000)


def level_of(coins: int) -> int:
    """0 for somebody who has sent nothing."""
    return bisect_right(THRESHOLDS, coins)

"""The names that are measured, what must be reached and what is hoped for: DESIGN's table of speed."""

from dataclasses import dataclass
from fnmatch import fnmatch


@dataclass(frozen=True)
class Row:
    """`most` says on which side of the bar a value passes; `bar` is None where there is only an aim."""

    name: str
    what: str
    bar: float | None
    aim: float | None
    most: bool = False
    only_full: bool = False

    def passes(self, value: float | None) -> bool:
        if self.bar is None:
            return True
        if value is None:
            return False
        return value <= self.bar if self.most else value >= self.bar

    @property
    def bar_words(self) -> str:
        return "" if self.bar is None else f"{'≤' if self.most else '≥'} {self.bar:g}"


AA = Row("aa", "the gift against itself: tells whether this machine can be trusted", None, 1)
AA_RANGE = (0.85, 1.15)

TABLE = [
    Row("gift.statements", "SQL statements a gift", 1, 1, most=True),
    Row("gift.hot.c32.fsyncs_per_gift", "flushes of the log a gift", 0.2, 0.12, most=True),
    Row("gift.wal_bytes", "log bytes a gift, the fold's included", 1700, 1000, most=True),
    AA,
    Row("gift.hot.c32.vs_limit", "Django / the same function in pgbench", 0.55, 0.8),
    Row("gift.uniform.c32.vs_limit", "Django / the same function in pgbench", 0.55, 0.8),
    *(
        Row(f"gift.{kind}.c{clients}.vs_limit", "with other client counts", None, 0.8, only_full=True)
        for clients in (1, 8, 64)
        for kind in ("hot", "uniform")
    ),
    Row("gift.hot.c64.batched_vs_limit", "gifts of concurrent requests posted together / pgbench", None, 1.3),
    Row("gift.hot_vs_uniform.c32", "everyone to one creator / to 1,000", 0.75, 0.95),
    Row("gift.hot.c32.vs_select_for_update", "/ the usual Django way", 10, 25),
    Row("gift.hot.c32.vs_hordak", "/ django-hordak", 8, 15),
    Row("gift.http.hot.c32.vs_select_for_update", "both over HTTP", 6, 12),
    Row("post.general.vs_gift", "the ledger's `post` of the same transfers / the gift", 0.7, 0.9),
    Row("growth.balance", "time at 5 M gifts / at 10 k", 1.3, 1.1, most=True),
    Row("growth.wallet_page", "time at 5 M gifts / at 10 k", 1.3, 1.1, most=True),
    Row("growth.studio", "time at 5 M gifts / at 1 M, the same days filled", 1.3, 1.1, most=True),
    Row("growth.gift", "rate at 5 M gifts / at 10 k", 0.65, 0.85),
    Row("feed.listeners300.p99_ms", "from commit to the last listener", 250, 100, most=True),
    Row("feed.memory_mb", "the feed's process with 300 listeners", 150, 80, most=True),
]


def chosen(patterns: list[str], *, full: bool) -> list[str]:
    """The names that match one of the patterns; without any all of them, or those of a shorter run."""
    if patterns:
        return [row.name for row in TABLE if any(fnmatch(row.name, pattern) for pattern in patterns)]
    return [row.name for row in TABLE if full or not row.only_full]


_ROWS = {row.name: row for row in TABLE}


def row_of(name: str) -> Row:
    """Also of a name with a suffix: the same thing measured in another size."""
    while name not in _ROWS:
        name = name.rpartition(".")[0]
    return _ROWS[name]

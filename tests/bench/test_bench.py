"""Each sort of measurement of `make bench` runs, for a handful of gifts. Nothing is timed here: each run's
books are checked by the bench itself, and its numbers are thrown away."""

import json
import os
import subprocess
import sys

import pytest

from bench.table import TABLE, chosen
from portal.settings import BASE_DIR, DATABASE_URL, STATE

TRIAL = STATE / "trial"
"""Kept: the next trial finds its database made."""
SAME_AGAIN = {"aa", "gift.uniform.c32.vs_limit", "gift.hot_vs_uniform.c32"}
"""What differs from another measurement by who gives to whom alone."""


def run(module: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, "--smoke", *arguments],
        cwd=BASE_DIR,
        env=os.environ | {"BENCH_STATE": str(TRIAL)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.skipif(bool(DATABASE_URL), reason="a server of its own is configured: nothing is embedded")
class TestMakeBench:
    def test_measures_every_sort(self):
        names = set(chosen([], full=False)) - SAME_AGAIN
        run("bench", "--only", *names)
        found = json.loads((TRIAL / "latest.json").read_text())
        assert names <= set(found)
        assert all(set(facts) == {"value", "a", "b"} for facts in found.values())
        assert all(facts["a"] for facts in found.values() if facts["value"] is not None)

    def test_shows_where_the_time_goes(self):
        told = run("bench.profile")
        assert "wallets_send_gift" in told
        assert "ledger_entry" in told


class TestTable:
    def test_passes_on_the_right_side_of_the_bar(self):
        rows = {row.name: row for row in TABLE}
        assert rows["gift.wal_bytes"].passes(1700)
        assert not rows["gift.wal_bytes"].passes(1701)
        assert rows["gift.hot.c32.vs_limit"].passes(0.55)
        assert not rows["gift.hot.c32.vs_limit"].passes(0.54)
        assert not rows["gift.hot.c32.vs_limit"].passes(None)
        assert rows["gift.hot.c64.batched_vs_limit"].passes(None)

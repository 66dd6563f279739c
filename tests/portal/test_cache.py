import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from portal.cache import Cache
from portal.embedded import broker_socket


@pytest.fixture(scope="module")
def valkey():
    """The address of a server of its own."""
    with tempfile.TemporaryDirectory(prefix="valkey") as folder:
        command = [sys.executable, "-m", "portal.embedded"]
        server = subprocess.Popen(command, env=os.environ | {"PORTAL_STATE": folder})
        deadline = time.monotonic() + 20
        while not broker_socket(Path(folder)).exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        yield broker_socket(Path(folder))
        server.terminate()
        server.wait(20)


class TestCache:
    def test_keeps_its_client(self):
        cache = Cache("redis://127.0.0.1:1", {})
        assert cache._cache.get_client() is cache._cache.get_client(write=True)

    def test_counts_within_a_stretch(self, valkey):
        cache = Cache(f"unix://{valkey}?db=1", {})
        assert [cache.count("who", 60) for _ in range(3)] == [1, 2, 3]
        assert 0 < cache._cache.get_client().ttl(cache.make_key("who")) <= 60
        assert cache.count("another", 60) == 1

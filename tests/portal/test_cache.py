from portal.cache import Cache


class TestCache:
    def test_keeps_its_client(self):
        cache = Cache("redis://127.0.0.1:1", {})
        assert cache._cache.get_client() is cache._cache.get_client(write=True)

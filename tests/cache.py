from django.core.cache.backends.locmem import LocMemCache


class Cache(LocMemCache):
    """What `portal.cache.Cache` offers, in this process."""

    def count(self, key: str, seconds: int) -> int:
        self.add(key, 0, seconds)
        return self.incr(key)

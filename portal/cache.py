from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class OneClient(RedisCacheClient):
    """Keeps one client a server, where Django makes one a call: every request of the API is counted here."""

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self._clients: dict[int, object] = {}

    def get_client(self, key=None, *, write=False):
        index = self._get_connection_pool_index(write)
        if index not in self._clients:
            self._clients[index] = super().get_client(key, write=write)
        return self._clients[index]


class Cache(RedisCache):
    def __init__(self, server, params) -> None:
        super().__init__(server, params)
        self._class = OneClient

    def count(self, key: str, seconds: int) -> int:
        """How often this key has been counted within the stretch of `seconds` that began with the first."""
        key, client = self.make_and_validate_key(key), self._cache.get_client(write=True)
        # The client's own way around one command costs more than the command.
        connection = client.connection_pool.get_connection()
        try:
            connection.send_command("INCR", key)
            counted = connection.read_response()
        finally:
            client.connection_pool.release(connection)
        if counted == 1:
            client.expire(key, seconds)
        return counted

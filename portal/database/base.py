"""Django's PostgreSQL backend, but for how it tells that a connection is still there."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def close_if_health_check_failed(self) -> None:
        """A connection on which nothing waits to be read is there: who ends it says so, and where nobody can,
        the system does (`keepalives_idle`). Otherwise the server is asked, as Django asks once a request."""
        if self.connection is not None and self.health_check_enabled and not self.health_check_done:
            self.health_check_done = _silent(self.connection.fileno())
        super().close_if_health_check_failed()


def _silent(socket: int) -> bool:
    waiting = select.poll()
    waiting.register(socket, select.POLLIN)
    return not waiting.poll(0)

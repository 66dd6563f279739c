"""Django's PostgreSQL backend, but for how it tells that a connection is still there, and for the log of
queries that DEBUG would keep."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    @property
    def queries_logged(self) -> bool:
        """Nothing here reads the log that Django keeps under DEBUG, and writing it takes a tenth of the
        demo's time. Tests that count queries force it."""
        return self.force_debug_cursor

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

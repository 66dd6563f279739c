"""Runs the feed with uvicorn."""

import asyncio

import psycopg
import uvicorn
from django.db import connections
from uvicorn.protocols.http.h11_impl import H11Protocol

from wallets.feed.app import Feed

PATIENCE = 20.0
"""Seconds for which a listener may take nothing of what waits for them."""


class ImpatientProtocol(H11Protocol):
    """Drops a connection that is full for longer than `PATIENCE`: closing it would wait for its reader."""

    _giving_up: asyncio.TimerHandle | None = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._giving_up = self.loop.call_later(PATIENCE, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._be_patient()

    def connection_lost(self, error: Exception | None) -> None:
        self._be_patient()
        super().connection_lost(error)

    def _be_patient(self) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None


class Server(uvicorn.Server):
    """Ends the feed's connections when it is told to stop: they would never end by themselves."""

    async def shutdown(self, sockets=None) -> None:
        await self.config.app.close()
        await super().shutdown(sockets)


async def connect() -> psycopg.AsyncConnection:
    """As Django would, in autocommit, without its adapters."""
    options = connections["default"].get_connection_params()
    for name in ("context", "cursor_factory"):
        options.pop(name, None)
    return await psycopg.AsyncConnection.connect(
        **options, autocommit=True, options="-c TimeZone=UTC", application_name="feed"
    )


def server(*, host: str, port: int) -> Server:
    config = uvicorn.Config(
        Feed(connect),
        host=host,
        port=port,
        http=ImpatientProtocol,
        ws="none",
        loop="asyncio",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    return Server(config)

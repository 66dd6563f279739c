"""The feed's ASGI application: who may listen to what, and how it is written to them."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import psycopg
import structlog
from django.conf import settings

from wallets.feed import tickets
from wallets.feed.channels import Listener
from wallets.feed.reader import Reader, beat
from wallets.feed.snapshots import NotASnapshot, Snapshot
from wallets.feed.tickets import BadTicket, Ticket

log = structlog.get_logger(__name__)

MOST_LISTENERS = 2_000
RETRY_MS = 2_000
_PAGE = re.compile(r"/c/([A-Za-z0-9_.]{1,30})/events/")
_OVERLAY = re.compile(r"/overlay/([A-Za-z0-9_-]{20,100})/events/")
_LOCAL = {"localhost", "127.0.0.1", "[::1]", "::1"}


class Refused(Exception):
    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


class Feed:
    """`/feed/?ticket=` for browsers that the site sent here; `/c/<handle>/events/` and
    `/overlay/<token>/events/` where a balancer routes them here; `/healthz`. `last`, or the header
    Last-Event-ID, is the position to go on from."""

    def __init__(self, connect: Callable[[], Awaitable[psycopg.AsyncConnection]]) -> None:
        self.reader = Reader(connect)
        self.listening = 0
        self._reading: asyncio.Task | None = None

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            try:
                await self._answer(scope, receive, send)
            except Refused as refusal:
                await _write(send, refusal.status, str(refusal), _headers(scope))
            except (psycopg.Error, OSError) as error:
                log.warning("feed_unable_to_join", error=type(error).__name__)
                await _write(send, 503, "The feed has no database at the moment.", _headers(scope))

    async def _live(self, receive: Callable, send: Callable) -> None:
        while True:
            event = (await receive())["type"]
            if event == "lifespan.startup":
                self._reading = asyncio.create_task(self.reader.run())
            else:
                await self.close()
            await send({"type": f"{event}.complete"})
            if event == "lifespan.shutdown":
                return

    async def close(self) -> None:
        """End every connection."""
        if self._reading:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading
        await self.reader.close()

    async def _answer(self, scope: dict, receive: Callable, send: Callable) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            raise Refused(405, "Only GET.")
        if scope["path"] == "/healthz":
            if self._reading is None or self._reading.done():
                raise Refused(503, "Nothing is read any more.")
            await _write(send, 200, "ok", _headers(scope))
            return
        query = parse_qs(scope["query_string"].decode("ascii", "replace"))
        ticket = await self._ticket(scope["path"], query)
        if self.listening >= MOST_LISTENERS:
            raise Refused(503, "Too many listen here. Try again in a moment.")
        if scope["method"] == "HEAD":
            await _write(send, 200, "", _headers(scope))
            return
        self.listening += 1
        try:
            await self._listen(ticket, _since(scope, query), scope, receive, send)
        finally:
            self.listening -= 1

    async def _ticket(self, path: str, query: dict) -> Ticket:
        creator_id, overlay = None, ""
        if path == "/feed/":
            try:
                return tickets.read(query.get("ticket", [""])[0])
            except BadTicket as error:
                raise Refused(403, "This address has expired. Open the page's own again.") from error
        if page := _PAGE.fullmatch(path):
            creator_id = await self.reader.creator_called(page[1].lower())
        elif found := _OVERLAY.fullmatch(path):
            overlay = tickets.digest(found[1])
            creator_id = await self.reader.creator_of_overlay(overlay)
        if creator_id is None:
            raise Refused(404, "Nothing is told here.")
        return Ticket(creator_id, overlay=overlay)

    async def _listen(
        self, ticket: Ticket, since: Snapshot | None, scope: dict, receive: Callable, send: Callable
    ) -> None:
        listener = Listener(viewer=ticket.viewer, overlay=ticket.overlay)
        first = await self.reader.join(ticket.creator_id, listener, since)
        if listener.over:
            raise Refused(404, "Nothing is told here.")
        gone = asyncio.create_task(_until_gone(receive, listener))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _headers(scope, _STREAM)})
            said: bytes | None = b"retry: %d\n\n" % RETRY_MS + beat() + b"".join(first)
            while said is not None:
                await send({"type": "http.response.body", "body": said, "more_body": True})
                said = await listener.next()
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            self.reader.leave(ticket.creator_id, listener)


async def _until_gone(receive: Callable, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()


def _since(scope: dict, query: dict) -> Snapshot | None:
    """Where to go on from; one that makes no sense starts now."""
    told = dict(scope["headers"]).get(b"last-event-id", b"").decode("ascii", "replace")
    try:
        return Snapshot.parse(told or query.get("last", [""])[0])
    except NotASnapshot:
        return None


_STREAM = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"x-accel-buffering", b"no"),
]


def _headers(scope: dict, more: list[tuple[bytes, bytes]] | None = None) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"cache-control", b"no-store"),
        (b"referrer-policy", b"no-referrer"),
        (b"vary", b"Origin"),
        (b"x-content-type-options", b"nosniff"),
        *(more or [(b"content-type", b"text/plain; charset=utf-8")]),
    ]
    origin = dict(scope["headers"]).get(b"origin", b"").decode("ascii", "replace")
    if _is_ours(origin):
        headers.append((b"access-control-allow-origin", origin.encode()))
    return headers


def _is_ours(origin: str) -> bool:
    ours, theirs = urlsplit(settings.SITE_URL), urlsplit(origin)
    if (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc):
        return True
    return settings.DEMO and theirs.hostname in _LOCAL


async def _write(send: Callable, status: int, words: str, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words.encode()})

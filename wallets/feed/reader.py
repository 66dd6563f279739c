"""The one reader of a process: it looks at the database for all channels together, a few times a second."""

import asyncio
import datetime as dt
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable

import psycopg
import structlog

from wallets.feed import statements
from wallets.feed.channels import Channel, Listener, Row, Standing, message, told
from wallets.feed.snapshots import Snapshot

log = structlog.get_logger(__name__)

TICK = 0.1
WINDOW = dt.timedelta(seconds=30)
"""A gift is found for as long after it was sent. What takes longer to commit is only in the sums of those who
come later."""
REPLAY = dt.timedelta(minutes=10)
"""How far back a listener who returns is told what they missed."""
COUNT_EVERY = 3.0
HEARTBEAT_EVERY = 10.0
"""Seconds. Listeners are told, and give up a connection on which they miss it for more than twice as long."""
PAUSE_AFTER_FAULT = 1.0


def beat() -> bytes:
    return message("beat", {"every": HEARTBEAT_EVERY})


class Reader:
    """`connect` opens a connection in autocommit. It uses two: one to look, one for those who join."""

    def __init__(self, connect: Callable[[], Awaitable[psycopg.AsyncConnection]]) -> None:
        self.channels: dict[uuid.UUID, Channel] = {}
        self.process = uuid.uuid4()
        self._connect = connect
        self._connections: dict[str, psycopg.AsyncConnection] = {}
        self._joining = asyncio.Lock()
        # While a look is under way no channel begins: it would begin between its position and the next one's.
        self._looking = asyncio.Lock()
        self._look = 0
        self._position: Snapshot | None = None
        self._looked_at: dt.datetime | None = None

    async def run(self) -> None:
        """Until it is cancelled. The database may go away: what was missed is read when it is back."""
        counted = heard = time.monotonic()
        while True:
            began = time.monotonic()
            try:
                if self.channels:
                    await self.look()
                    if began - counted >= COUNT_EVERY:
                        counted = began
                        await self.count()
            except (psycopg.Error, OSError) as error:
                log.warning("feed_database_away", error=type(error).__name__)
                await self._begin_anew()
            except Exception:  # one odd look must not end the next
                log.exception("feed_look_failed")
                await self._begin_anew()
            if began - heard >= HEARTBEAT_EVERY:
                heard = began
                for channel in self.channels.values():
                    channel.say(beat())
            await asyncio.sleep(max(TICK - (time.monotonic() - began), 0.01))

    async def _begin_anew(self) -> None:
        await self._hang_up("look")
        await asyncio.sleep(PAUSE_AFTER_FAULT)

    async def close(self) -> None:
        for channel in self.channels.values():
            for listener in channel.listeners:
                listener.end()
        for name in list(self._connections):
            await self._hang_up(name)

    async def creator_called(self, handle: str) -> uuid.UUID | None:
        return await self._find(statements.CREATOR, handle)

    async def creator_of_overlay(self, digest: str) -> uuid.UUID | None:
        return await self._find(statements.OVERLAY, digest)

    async def _find(self, statement: str, value: str) -> uuid.UUID | None:
        async with self._joining:
            found = await self._query("join", statement, [value])
        return found[0][0] if found else None

    async def join(self, creator_id: uuid.UUID, listener: Listener, since: Snapshot | None) -> list[bytes]:
        """Let the listener hear of this creator from now on, or from the position `since`. Returns what to
        say first."""
        async with self._joining:
            try:
                channel = self.channels.get(creator_id) or await self._begin(creator_id)
                if listener.overlay and listener.overlay != channel.overlay.get("digest"):
                    # The channel's last look may be older than the address.
                    fresh = await self._begin(creator_id, keep=False)
                    if listener.overlay != fresh.overlay.get("digest"):
                        listener.end()
                        self.leave(creator_id, listener)
                        return []
                    channel.overlay = fresh.overlay
                # From here on looks reach its queue; what they bring twice is known by `seen`.
                channel.listeners.add(listener)
                first = await self._replay(creator_id, listener, since or self._position)
            except BaseException:
                self.leave(creator_id, listener)
                raise
        known = channel.standing.facts() if channel.standing else {}
        said = [told(first, known, listener.seen)] if first and since else []
        return [*said, message("state", channel.state(), listener.seen)]

    def leave(self, creator_id: uuid.UUID, listener: Listener) -> None:
        channel = self.channels.get(creator_id)
        if channel is not None:
            channel.listeners.discard(listener)
            if not channel.listeners:
                del self.channels[creator_id]

    async def _begin(self, creator_id: uuid.UUID, *, keep: bool = True) -> Channel:
        async with self._looking:
            position, at, rows = await self._read("join", statements.BEGIN, {"creators": [creator_id]})
            channel = Channel(creator_id, seen=position)
            if keep:
                if not self.channels:
                    self._position, self._looked_at = position, at
                self.channels[creator_id] = channel
        for kind, _, _, facts in rows:
            if kind == "stream":
                channel.standing = Standing(facts)
            elif kind == "overlay":
                channel.overlay = facts
        for kind, _, _, facts in rows:
            if kind == "sum" and channel.standing and facts["stream"] == channel.standing.stream["id"]:
                channel.standing.add(facts)
        return channel

    async def _replay(self, creator_id: uuid.UUID, listener: Listener, since: Snapshot) -> tuple[Row, ...]:
        facts = {
            "creators": [creator_id],
            "since": dt.datetime.now(dt.UTC) - REPLAY,
            "position": str(since),
        }
        listener.seen, _, rows = await self._read("join", statements.REPLAY, facts)
        listener.joined = self._look
        return tuple(Row(kind, int(written_in), said) for kind, _, written_in, said in rows)

    async def look(self) -> None:
        """Read what is new since the last look, and tell it."""
        async with self._looking:
            await self._look_again()

    async def _look_again(self) -> None:
        self._look += 1
        look, creators = self._look, list(self.channels)
        facts = {
            "creators": creators,
            "since": self._looked_at - WINDOW,
            "position": str(self._position),
        }
        position, at, rows = await self._read("look", statements.LOOK, facts)
        news: dict[uuid.UUID, list[Row]] = defaultdict(list)
        streams, overlays = {}, {}
        for kind, creator_id, written_in, said in rows:
            if kind == "stream":
                streams[creator_id] = said
            elif kind == "overlay":
                overlays[creator_id] = said
            else:
                news[creator_id].append(Row(kind, int(written_in), said))
        for creator_id in creators:
            # One that nobody listens to any longer is gone.
            if channel := self.channels.get(creator_id):
                channel.hear(look, position, news[creator_id], streams.get(creator_id))
                channel.hear_of_overlay(overlays.get(creator_id, {}))
        self._position, self._looked_at = position, at

    async def count(self) -> None:
        """Tell the other processes how many watch here, and the watchers how many all are."""
        live = {
            uuid.UUID(channel.standing.stream["id"]): channel
            for channel in self.channels.values()
            if channel.standing
        }
        if not live:
            return
        facts = {
            "process": self.process,
            "streams": list(live),
            "viewers": [channel.viewers() for channel in live.values()],
        }
        for stream_id, viewers in await self._query("look", statements.COUNT, facts):
            channel = live[stream_id]
            if channel.standing and channel.standing.viewers != viewers:
                channel.standing.viewers = viewers
                channel.say(message("viewers", {"viewers": viewers}))

    async def _read(
        self, name: str, statement: str, facts: dict
    ) -> tuple[Snapshot, dt.datetime, list[tuple]]:
        """The statement's snapshot and moment, and its other rows: gifts by when they were sent."""
        rows = await self._query(name, statement, facts)
        position = next(said for kind, _, _, said in rows if kind == "position")
        rest = [row for row in rows if row[0] != "position"]
        rest.sort(key=lambda row: (row[3].get("at") or "", row[3].get("id") or ""))
        return Snapshot.parse(position["snapshot"]), dt.datetime.fromisoformat(position["at"]), rest

    async def _query(self, name: str, statement: str, facts) -> list[tuple]:
        """On the connection of this name; where that has died meanwhile, on a new one."""
        if connection := self._connections.get(name):
            try:
                return await (await connection.execute(statement, facts)).fetchall()
            except psycopg.OperationalError:
                await self._hang_up(name)
        connection = self._connections[name] = await self._connect()
        return await (await connection.execute(statement, facts)).fetchall()

    async def _hang_up(self, name: str) -> None:
        if connection := self._connections.pop(name, None):
            await connection.close()

"""What is said about one creator, and to whom."""

import asyncio
import heapq
import json
import uuid
from dataclasses import dataclass, field

from wallets.feed.snapshots import Snapshot

TOP = 5
QUEUE = 64
"""Messages that may wait for one listener. Whoever falls further behind is let go, and comes back."""
_PRIVATE = {"viewer", "stream"}


def message(event: str, facts: dict, position: Snapshot | None = None) -> bytes:
    head = f"id: {position}\n" if position else ""
    return f"{head}event: {event}\ndata: {json.dumps(facts, separators=(',', ':'))}\n\n".encode()


@dataclass(frozen=True)
class Row:
    """A gift, or what was taken back of one, and the transaction that wrote it."""

    kind: str
    written_in: int
    facts: dict


@dataclass(frozen=True)
class Batch:
    """What one look at the database found new. Listeners who have had nothing of it share its bytes."""

    look: int
    position: Snapshot
    rows: tuple[Row, ...]
    news: dict
    shared: bytes

    def without(self, seen: Snapshot) -> bytes:
        """The same for a listener who has had what `seen` sees. Where that is all, only the sums are told,
        and no position: the listener may be further on."""
        rows = tuple(row for row in self.rows if not seen.sees(row.written_in))
        return told(rows, self.news, self.position if rows else None)


def told(rows: tuple[Row, ...], news: dict, position: Snapshot | None) -> bytes:
    said = {
        kind: [
            {name: fact for name, fact in row.facts.items() if name not in _PRIVATE}
            for row in rows
            if row.kind == kind
        ]
        for kind in ("gift", "taken")
    }
    return message("gifts", {"gifts": said["gift"], "taken": said["taken"]} | news, position)


@dataclass
class Standing:
    """What an open stream has brought so far, as of the reader's last look."""

    stream: dict
    coins: int = 0
    diamonds: int = 0
    viewers: int = 0
    named: dict[str, tuple[str, int]] = field(default_factory=dict)

    def add(self, facts: dict, sign: int = 1) -> None:
        self.coins += sign * facts["coins"]
        self.diamonds += sign * facts["diamonds"]
        if not facts["anonymous"]:
            _, before = self.named.get(facts["viewer"], ("", 0))
            self.named[facts["viewer"]] = facts["sender"], before + sign * facts["coins"]

    def facts(self) -> dict:
        giving = (item for item in self.named.values() if item[1] > 0)
        top = heapq.nlargest(TOP, giving, key=lambda item: (item[1], item[0]))
        return {
            "coins": self.coins,
            "diamonds": self.diamonds,
            "top": [{"sender": sender, "coins": coins} for sender, coins in top],
        }


@dataclass(eq=False)
class Listener:
    """One open connection. `seen` is what it has had before it joined the reader's looks, of which `joined`
    was then the last."""

    viewer: str = ""
    overlay: str = ""
    seen: Snapshot | None = None
    joined: int = 0
    queue: asyncio.Queue = field(default_factory=lambda: asyncio.Queue(QUEUE + 1))
    over: bool = False

    def put(self, item: "Batch | bytes") -> None:
        if not self.over and self.queue.qsize() < QUEUE:
            self.queue.put_nowait(item)
        else:
            self.end()

    def end(self) -> None:
        """Nothing more is said; what waits is not said either."""
        self.over = True
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)

    async def next(self) -> bytes | None:
        """The bytes to send; None at the end."""
        if not self.over:
            item = await self.queue.get()
            if isinstance(item, Batch):
                # The first look after it joined still brings what was new since the one before.
                if self.seen is not None and item.look > self.joined + 1:
                    self.seen = None
                item = item.without(self.seen) if self.seen else item.shared
            return item
        return None


@dataclass
class Channel:
    """A creator somebody listens to. `seen` is the snapshot of the look that began it."""

    creator_id: uuid.UUID
    seen: Snapshot | None = None
    standing: Standing | None = None
    overlay: dict = field(default_factory=dict)
    listeners: set[Listener] = field(default_factory=set)

    def say(self, item: "Batch | bytes") -> None:
        for listener in self.listeners:
            listener.put(item)

    def state(self) -> dict:
        """All that a page needs to draw a stream from nothing."""
        if self.standing is None:
            return {"stream": None}
        return {
            "stream": self.standing.stream,
            "viewers": self.standing.viewers,
        } | self.standing.facts()

    def viewers(self) -> int:
        """Distinct people, as far as they are known; of others each connection counts."""
        watching = [listener.viewer for listener in self.listeners if not listener.overlay]
        return len({viewer for viewer in watching if viewer}) + watching.count("")

    def hear(self, look: int, position: Snapshot, rows: list[Row], stream: dict | None) -> None:
        """Tell what one look found: rows new since the one before, and which stream is open."""
        rows = tuple(row for row in rows if not (self.seen and self.seen.sees(row.written_in)))
        self.seen = None
        begins = stream is not None and (self.standing is None or self.standing.stream["id"] != stream["id"])
        ends = self.standing is not None and (stream is None or begins)
        before, now = self.standing, Standing(stream) if begins else self.standing
        for row in rows:
            for standing in {id(each): each for each in (before, now) if each}.values():
                if row.facts["stream"] == standing.stream["id"]:
                    standing.add(row.facts, 1 if row.kind == "gift" else -1)
        if rows:
            news = (now or before).facts() if now or before else {}
            self.say(Batch(look, position, rows, news, told(rows, news, position)))
        if ends:
            self.say(message("ended", {"stream": before.stream["id"]} | before.facts()))
            self.standing = None
        if begins:
            self.standing = now
            self.say(message("state", self.state()))

    def hear_of_overlay(self, facts: dict) -> None:
        """An address that was revoked or renewed is closed; other changes are told to overlays."""
        before, self.overlay = self.overlay, facts
        for listener in list(self.listeners):
            if not listener.overlay:
                continue
            if listener.overlay != facts.get("digest"):
                listener.end()
            elif before and facts["saved"] != before["saved"]:
                listener.put(message("settings", {}))
            elif before and facts["tested"] != before["tested"]:
                listener.put(message("sample", {}))

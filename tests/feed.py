"""The feed on a real socket, in a thread with a loop of its own, and ears to listen to it."""

import json
import queue
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse

from wallets.feed import tickets
from wallets.feed.server import Server, server
from wallets.feed.tickets import Ticket

PATIENCE = 10  # seconds


@dataclass(frozen=True)
class Message:
    """One server-sent event. `id` is the position after it, empty where it tells none."""

    event: str
    data: dict
    id: str = ""


@dataclass
class Site:
    port: int
    server: Server
    ears: list["Ear"] = field(default_factory=list)

    @property
    def loop(self):
        return self.server.servers[0].get_loop()

    @property
    def reader(self):
        return self.server.config.app.reader

    def listen(self, creator, *, last: str = "", viewer: str = "", overlay: str = "") -> "Ear":
        ticket = tickets.sign(Ticket(creator.pk, viewer=viewer, overlay=overlay))
        return self.open(f"/feed/?ticket={ticket}", last=last)

    def open(self, path: str, *, last: str = "", origin: str = "") -> "Ear":
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Last-Event-ID": last} if last else {}
        connection.request("GET", path, headers=headers | ({"Origin": origin} if origin else {}))
        self.ears.append(Ear(connection.getresponse(), connection))
        return self.ears[-1]


@dataclass
class Ear:
    """Hears in a thread of its own; `messages` are those since the last time they were taken."""

    answer: HTTPResponse
    connection: HTTPConnection
    heard: queue.Queue = field(default_factory=queue.Queue)
    last: str = ""

    def __post_init__(self) -> None:
        # The connection forgets a socket whose answer has no length.
        self._socket = self.answer.fp.raw._sock
        self._thread = threading.Thread(target=self._hear, daemon=True)
        if self.answer.headers["Content-Type"].startswith("text/event-stream"):
            self._thread.start()

    def _hear(self) -> None:
        facts: dict[str, str] = {}
        try:
            while line := self.answer.readline():
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name:
                    facts[name] = value
                elif "data" in facts:
                    told = Message(facts["event"], json.loads(facts["data"]), facts.get("id", ""))
                    self.heard.put(told)
                    facts = {}
                else:
                    facts = {}
        except (OSError, ValueError, AttributeError):
            pass
        self.heard.put(None)

    def next(self, event: str) -> Message:
        """The next message of this kind; others are passed over."""
        while True:
            told = self.heard.get(timeout=PATIENCE)
            if told is None:
                raise AssertionError("The feed ended the connection.")
            self.last = told.id or self.last
            if told.event == event:
                return told

    def gifts(self, number: int) -> list[str]:
        """The ids of the next gifts, in the order in which they are told."""
        found: list[str] = []
        while len(found) < number:
            found += [gift["id"] for gift in self.next("gifts").data["gifts"]]
        return found

    def is_over(self) -> bool:
        """Waits until the feed has ended it."""
        while (told := self.heard.get(timeout=PATIENCE)) is not None:
            self.last = told.id or self.last
        return True

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if self._thread.is_alive():
            self._thread.join(PATIENCE)
        self.answer.close()
        self.connection.close()


@contextmanager
def running_feed() -> Iterator[Site]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(100)
        port = listening.getsockname()[1]
        running = server(host="127.0.0.1", port=port)
        thread = threading.Thread(
            target=running.run, kwargs={"sockets": [listening]}, name=f"feed-{uuid.uuid4()}"
        )
        thread.start()
        site = Site(port, running)
        try:
            yield site
        finally:
            for ear in site.ears:
                ear.close()
            running.should_exit = True
            thread.join(PATIENCE)
            assert not thread.is_alive()

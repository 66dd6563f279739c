"""A way over HTTP: the same clients, each with a connection that stays open, and a personal key a viewer.

The clients share the machine's cores with the server, so they do no more than they must: requests are written
and answers read by hand, at a fraction of what a client library costs."""

import json
import socket
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from django.utils import timezone

from bench.load import ACCEPTED, REFUSED, Wish
from bench.ways import Way
from bench.ways.portal import gift_type
from portal.operations.keys import issue_key

_REQUEST = (
    "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\nIdempotency-Key: {wish}\r\n"
    "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
)
_PATIENCE_SECONDS = 30


class UnexpectedAnswer(Exception):
    """Neither a gift nor a refusal."""


def issue_keys(viewers: list) -> dict:
    """{viewer's id: a key that may send gifts}."""
    return {
        viewer.pk: issue_key(user=viewer, name="bench", scopes=["gifts:write"], at=timezone.now()).secret
        for viewer in viewers
    }


class OverHttp:
    """`way` behind an address; it counts and checks. A replay answers what the first gift did."""

    def __init__(self, way: Way, address: str, keys: dict) -> None:
        self.count, self.check = way.count, way.check
        self._host, self._path = urlsplit(address).netloc, urlsplit(address).path
        self._keys = keys

    def sender(self) -> Callable[[Wish], str]:
        slug, mine = gift_type().slug, threading.local()

        def send(wish: Wish) -> str:
            body = json.dumps({"creator": wish.creator.handle, "gift_type": slug})
            facts = {"key": self._keys[wish.viewer.pk], "wish": wish.key, "length": len(body), "body": body}
            request = _REQUEST.format(path=self._path, host=self._host, **facts).encode()
            try:
                status, told = self._ask(mine, request)
            except (
                ConnectionError
            ):  # the server let go of an idle connection; the key makes asking again safe
                mine.connection.close()
                del mine.connection
                status, told = self._ask(mine, request)
            if status == 201:
                return ACCEPTED if wish.outcome == REFUSED else wish.outcome
            if status == 422 and json.loads(told)["code"] == "insufficient_coins":
                return REFUSED
            raise UnexpectedAnswer(f"{status}: {told[:300]!r}")

        return send

    def _ask(self, mine: threading.local, request: bytes) -> tuple[int, bytes]:
        if not hasattr(mine, "connection"):
            host, _, port = self._host.partition(":")
            mine.connection = socket.create_connection((host, int(port)), timeout=_PATIENCE_SECONDS)
        mine.connection.sendall(request)
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += _more(mine.connection)
        head, answer = answer[:end], answer[end + 4 :]
        _, _, rest = head.lower().partition(b"\r\ncontent-length:")
        length = int(rest.partition(b"\r\n")[0])
        while len(answer) < length:
            answer += _more(mine.connection)
        return int(head[9:12]), answer


def _more(connection: socket.socket) -> bytes:
    if not (part := connection.recv(65536)):
        raise ConnectionError("The server closed the connection.")
    return part

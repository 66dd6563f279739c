"""A way over HTTP: the same clients, each with a connection that stays open, and a personal key a viewer."""

import http.client
import json
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from bench.load import ACCEPTED, REFUSED, Wish
from bench.ways import Way
from bench.ways.portal import gift_type
from portal.api.authentication import issue_key


class UnexpectedAnswer(Exception):
    """Neither a gift nor a refusal."""


def issue_keys(viewers: list) -> dict:
    """{viewer's id: the headers they authenticate with}."""
    return {
        viewer.pk: {
            "Authorization": f"Bearer {issue_key(user=viewer, name='bench', scopes=['gifts:write'])}",
            "Content-Type": "application/json",
        }
        for viewer in viewers
    }


class OverHttp:
    """`way` behind an address; it counts and checks. A replay answers what the first gift did."""

    def __init__(self, way: Way, address: str, headers: dict) -> None:
        self.count, self.check = way.count, way.check
        self._host, self._path = urlsplit(address).netloc, urlsplit(address).path
        self._headers = headers

    def sender(self) -> Callable[[Wish], str]:
        slug, mine = gift_type().slug, threading.local()

        def send(wish: Wish) -> str:
            if not hasattr(mine, "connection"):
                mine.connection = http.client.HTTPConnection(self._host, timeout=30)
            body = json.dumps({"creator": wish.creator.handle, "gift_type": slug})
            headers = self._headers[wish.viewer.pk] | {"Idempotency-Key": wish.key}
            try:
                status, told = self._ask(mine.connection, body, headers)
            except (
                ConnectionError
            ):  # the server let go of an idle connection; the key makes asking again safe
                mine.connection.close()
                status, told = self._ask(mine.connection, body, headers)
            if status == 201:
                return ACCEPTED if wish.outcome == REFUSED else wish.outcome
            if status == 422 and json.loads(told)["code"] == "insufficient_coins":
                return REFUSED
            raise UnexpectedAnswer(f"{status}: {told[:300]!r}")

        return send

    def _ask(self, connection: http.client.HTTPConnection, body: str, headers: dict) -> tuple[int, bytes]:
        connection.request("POST", self._path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

"""A small client of the portal's API: copy it, or read it for how requests are signed, repeated and paged.

    python docs/examples/portal_client.py http://127.0.0.1:8000 lum_…viewer lum_…creator

sends a small gift with the first key and asks for a payout with the second. Needs `requests`."""

import sys
import time
import uuid
from collections.abc import Iterator
from typing import Any

import requests

ATTEMPTS = 4


class Problem(Exception):
    """The API said no. `code` is for programs, the words are for people; `errors` names fields."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(body.get("detail", f"HTTP {status}"))
        self.status, self.code = status, body.get("code", "")
        self.errors: dict[str, list[str]] = body.get("errors", {})


class Portal:
    """`address` as in https://portal.example, and a personal key."""

    def __init__(self, address: str, key: str) -> None:
        self._root = f"{address.rstrip('/')}/api/v1/"
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {key}"

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return self._ask("GET", self._root + path, params=query)

    def every(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Each row of a list, page by page."""
        page = self.get(path, **query)
        yield from page["results"]
        while page["next"]:
            page = self._ask("GET", page["next"])
            yield from page["results"]

    def send(
        self, path: str, body: dict[str, Any] | None = None, *, key: str | None = None, method: str = "POST"
    ) -> dict[str, Any]:
        """Do something, once: `key` names it. Keep yours until you know the answer, and send it again if you
        never heard one; without it, repeats are safe within this call alone."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return self._ask(method, self._root + path, json=body or {}, headers=headers)

    def _ask(self, method: str, address: str, **options: Any) -> dict[str, Any]:
        """Asks again where that may help: no answer, too many requests, a server in trouble."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = self._session.request(method, address, timeout=30, **options)
            except (requests.ConnectionError, requests.Timeout):
                if attempt == ATTEMPTS:
                    raise
                time.sleep(2**attempt)
                continue
            if attempt < ATTEMPTS and (answer.status_code in (429, 502, 503, 504)):
                time.sleep(int(answer.headers.get("Retry-After", 2**attempt)))
                continue
            if answer.ok:
                return answer.json() if answer.content else {}
            told = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
            raise Problem(answer.status_code, told)
        raise AssertionError("unreachable")


def give(portal: Portal, handle: str) -> dict[str, Any]:
    """The cheapest gift to a creator, and what became of it."""
    cheapest = next(portal.every("gift-types/"))
    gift = portal.send(
        "gifts/", {"creator": handle, "gift_type": cheapest["slug"], "message": "From a program"}
    )
    sent = next(each for each in portal.every("gifts/", direction="sent") if each["id"] == gift["id"])
    print(f"Sent {sent['quantity']} × {cheapest['name']} to {sent['creator']} for {sent['coins']} coins.")
    return sent


def cash_out(portal: Portal) -> dict[str, Any] | None:
    """Ask what all available diamonds would bring, then for a payout of exactly that. None where something
    stands in the way: it is printed with what to do about it."""
    balances = portal.get("balances/")
    closed = [gate for gate in balances["gates"] if not gate["passed"]]
    for gate in closed:
        print(f"Not yet: {gate['reason']} {gate['next_step']}")
    if closed:
        return None
    diamonds = balances["diamonds"]["available"]
    quote = portal.send("payout-quotes/", {"diamonds": diamonds})
    in_use = next(each for each in portal.every("payout-methods/") if each["retired_at"] is None)
    payout = portal.send(
        "payouts/",
        {"diamonds": diamonds, "method": in_use["id"], "accepted_net": quote["net"]["amount"]},
    )
    net, reference = payout["net"], payout["reference"]
    print(f"{reference}: {diamonds} diamonds bring {net['amount']} in {net['currency']}'s smallest part.")
    return payout


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    address, viewer, creator = sys.argv[1:]
    try:
        give(Portal(address, viewer), "lumi")
        cash_out(Portal(address, creator))
    except Problem as refusal:
        sys.exit(f"{refusal.code}: {refusal}")

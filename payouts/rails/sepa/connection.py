"""The line to our bank. Another kind of line is another class of the same shape.

Over HTTP the bank takes a payment file at `/payments`, tells by `/_mock/payments/<EndToEndId>` whether it has
a payment, and lays its messages out in a mailbox. The mailbox is read and never emptied: a message taken out
of it would be lost with a worker that dies before keeping it.
"""

from typing import Protocol
from urllib.parse import quote

import requests

from payouts.rails.interface import Refused, Unsure

CONNECT_SECONDS, ANSWER_SECONDS = 5, 30
# "I will not carry this file out", if the bank's own words come with it. Any other answer that is no yes says
# nothing about the payment, nor does the page of something that stands before the bank.
_REFUSALS = {400, 413, 415, 422}


class BankConnection(Protocol):
    def send(self, message: str) -> dict:
        """Raises Refused, Unsure."""

    def holds(self, *, message_id: str, end_to_end_id: str) -> bool:
        """Raises Unsure."""

    def fetch(self) -> list[str]:
        """Raises Unsure."""


class HttpBank:
    def __init__(self, url: str, *, user: str = "", password: str = "") -> None:
        self._url = url.rstrip("/")
        self._auth = (user, password) if user else None

    def send(self, message: str) -> dict:
        answer = self._call(
            "POST", "/payments", data=message.encode(), headers={"Content-Type": "application/xml"}
        )
        said = _json(answer)
        said = said if isinstance(said, dict) else {}
        receipt = {
            "http_status": answer.status_code,
            "status": said.get("status"),
            "reason": said.get("reason"),
        }
        if (answer.ok and receipt["status"]) or receipt["reason"] == "DUPL":
            return receipt  # a duplicate is in the bank's hands already
        if answer.status_code in _REFUSALS and receipt["status"] == "RJCT":
            text = (
                said.get("reason_text") or f"The bank refused the file with HTTP status {answer.status_code}."
            )
            raise Refused(said.get("reason") or "REFUSED", text)
        raise Unsure(f"The bank answered with HTTP status {answer.status_code}.")

    def holds(self, *, message_id: str, end_to_end_id: str) -> bool:
        answer = self._call("GET", f"/_mock/payments/{quote(end_to_end_id, safe='')}?all")
        said = _json(answer)
        if answer.status_code == 200 and isinstance(said, list):
            return any(isinstance(payment, dict) and payment.get("msg_id") == message_id for payment in said)
        if answer.status_code == 404 and isinstance(said, dict) and "known" in said:
            return False  # the bank's own words, not those of something else that answers at this address
        raise Unsure(f"The bank did not tell whether it has the payment: HTTP status {answer.status_code}.")

    def fetch(self) -> list[str]:
        answer = self._call("GET", "/_mock/mailbox?leave")
        said = _json(answer)
        if answer.status_code != 200 or not isinstance(said, list):
            raise Unsure(f"The bank's mailbox can't be read: HTTP status {answer.status_code}.")
        return [str(item["body"]) for item in said if isinstance(item, dict) and item.get("body")]

    def _call(self, method: str, path: str, **arguments) -> requests.Response:
        try:
            return requests.request(
                method,
                self._url + path,
                auth=self._auth,
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                allow_redirects=False,
                **arguments,
            )
        except requests.RequestException as error:
            raise Unsure(f"The bank can't be reached: {type(error).__name__}.") from error


def _json(answer: requests.Response):
    try:
        return answer.json()
    except requests.exceptions.JSONDecodeError:
        return None

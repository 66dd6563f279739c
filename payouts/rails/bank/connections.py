"""The line to our bank, of one of three kinds (`BANK_CONNECTION`).

- `http`: the bank takes a payment file at `/payments`, tells at `BANK_QUESTION_PATH` whether it has a
  payment, and lays its messages out at `BANK_MAILBOX_PATH`.
- `folder`: two folders, as SFTP shows them: one that the bank empties, one that it fills.
- `hand`: none. A person downloads each file, uploads it at the bank, and brings back what the bank says.

What the bank has laid out is read and never taken away: a message taken would be lost with a worker that dies
before keeping it.
"""

import hashlib
import os
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import requests
from django.conf import settings

from payouts.rails.interface import ByHand, Refused, Unsure

CONNECT_SECONDS, ANSWER_SECONDS = 5, 30
# "I will not carry this file out", if the bank's own words come with it. Any other answer that is no yes says
# nothing about the payment, nor does the page of something that stands before the bank.
_REFUSALS = {400, 413, 415, 422}


class BankConnection(Protocol):
    def send(self, message: str) -> dict:
        """Raises Refused, Unsure, ByHand."""

    def holds(self, *, message_id: str, end_to_end_id: str) -> bool:
        """Raises Unsure, ByHand."""

    def fetch(self) -> list[str]:
        """Raises Unsure."""


class HttpBank:
    def __init__(self, url: str, *, user: str = "", password: str = "") -> None:
        self._url = url.rstrip("/")
        self._auth = (user, password) if user else None

    def send(self, message: str) -> dict:
        answer = self._call(
            "POST", "/payments", data=message.encode(), headers={"Content-Type": _content_type(message)}
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
        path = settings.BANK_QUESTION_PATH.replace("{reference}", quote(end_to_end_id, safe=""))
        answer = self._call("GET", path)
        said = _json(answer)
        if answer.status_code == 200 and isinstance(said, list):
            return any(isinstance(payment, dict) and payment.get("msg_id") == message_id for payment in said)
        if answer.status_code == 404 and isinstance(said, dict) and "known" in said:
            return False  # the bank's own words, not those of something else that answers at this address
        raise Unsure(f"The bank did not tell whether it has the payment: HTTP status {answer.status_code}.")

    def fetch(self) -> list[str]:
        answer = self._call("GET", settings.BANK_MAILBOX_PATH)
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


class FolderBank:
    """A file is named by its digest, so that the same message is the same file however often it is handed
    over. What the bank took away without a trace may be handed over again: it knows the message by its id."""

    def __init__(self, outgoing: Path, incoming: Path) -> None:
        self._outgoing, self._incoming = outgoing, incoming

    def send(self, message: str) -> dict:
        name = _file_name(message)
        try:
            part = self._outgoing / f".{name}.part"
            part.write_bytes(message.encode())
            os.rename(part, self._outgoing / name)  # a file appears whole or not at all
        except OSError as error:
            raise Unsure(f"The bank's folder can't be written: {error.strerror}.") from error
        return {"file": name}

    def holds(self, *, message_id: str, end_to_end_id: str) -> bool:
        try:
            files = [path for path in self._outgoing.rglob("*") if path.is_file()]
            return any(
                end_to_end_id in path.read_text(errors="replace") for path in files if path.name[0] != "."
            )
        except OSError as error:
            raise Unsure(f"The bank's folder can't be read: {error.strerror}.") from error

    def fetch(self) -> list[str]:
        try:
            files = [path for path in self._incoming.iterdir() if path.is_file() and path.name[0] != "."]
            files.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
            return [path.read_text(errors="replace") for path in files]
        except OSError as error:
            raise Unsure(f"The bank's folder can't be read: {error.strerror}.") from error


class HandBank:
    def send(self, message: str) -> dict:
        raise ByHand

    def holds(self, *, message_id: str, end_to_end_id: str) -> bool:
        raise ByHand

    def fetch(self) -> list[str]:
        return []


def connection() -> BankConnection:
    if settings.BANK_CONNECTION == "folder":
        return FolderBank(Path(settings.BANK_FOLDER_OUT), Path(settings.BANK_FOLDER_IN))
    if settings.BANK_CONNECTION == "hand":
        return HandBank()
    return HttpBank(settings.BANK_URL, user=settings.BANK_USER, password=settings.BANK_PASSWORD)


def _content_type(message: str) -> str:
    return "application/xml" if message.startswith("<") else "text/plain"


def _file_name(message: str) -> str:
    ending = "xml" if message.startswith("<") else "ach"
    return f"{hashlib.sha256(message.encode()).hexdigest()[:32]}.{ending}"

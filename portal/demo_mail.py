"""The mails that the demo wrote into its folder instead of sending them. Django's file backend puts the mails
of one connection into one file, each followed by a line of 79 dashes."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path

_END = b"\n" + b"-" * 79 + b"\n"


class NoSuchMail(LookupError):
    """The folder holds no mail of this name."""


@dataclass(frozen=True)
class Mail:
    """`name` is the file's and the mail's place in it: `20261122-101500-139.0`."""

    name: str
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def subject(self) -> str:
        return self.message["subject"] or "(no subject)"

    @property
    def recipient(self) -> str:
        return self.message["to"] or ""

    @property
    def sender(self) -> str:
        return self.message["from"] or ""

    @property
    def sent_at(self) -> datetime | None:
        date = self.message["date"]
        return date.datetime if date else None

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return part.get_content() if part else ""


def mails(folder: Path) -> list[Mail]:
    """Every mail of the folder, the newest first."""
    files = sorted(folder.glob("*.log"), key=lambda file: (file.stat().st_mtime_ns, file.name))
    found = [
        Mail(f"{file.stem}.{place}", raw)
        for file in files
        for place, raw in enumerate(file.read_bytes().split(_END)[:-1])
    ]
    return found[::-1]


def mail(folder: Path, name: str) -> Mail:
    """Raises NoSuchMail."""
    for found in mails(folder):
        if found.name == name:
            return found
    raise NoSuchMail(f"No mail is named {name}.")

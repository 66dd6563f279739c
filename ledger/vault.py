"""Files that nobody but the portal reads: encrypted, in the storage named "private", under names that tell
nothing. That storage has no address on the web: pages hand files to whom they are for.

What fits into memory is `keep`-ed and `read` whole; what may not is written and read in pieces.
"""

import tempfile
from collections.abc import Callable, Iterator
from typing import IO

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from uuid_utils.compat import uuid7

from ledger.encryption import UnableToDecrypt, seal, unseal

PIECE = 1024 * 1024
"""Bytes of content that are encrypted together."""
_LENGTH, _NUMBER = 4, 8
_MORE, _LAST = b"\0", b"\1"


class FileLost(FileNotFoundError):
    """It is not in the storage any more, or no key of ours opens it."""

    def __init__(self) -> None:
        super().__init__("This file is lost: look for it in the backups of the vault.")


def keep(folder: str, content: bytes) -> str:
    """Returns the name under which `read` finds it again."""
    return storages["private"].save(f"{folder}/{uuid7().hex}", ContentFile(seal(content)))


def read(name: str) -> bytes:
    """Raises FileLost."""
    try:
        with storages["private"].open(name) as file:
            return unseal(file.read())
    except (FileNotFoundError, UnableToDecrypt) as error:
        raise FileLost from error


def remove(name: str) -> None:
    """What is gone already stays gone."""
    storages["private"].delete(name)


def keep_pieces(name: str, write: Callable[["Sink"], None]) -> int:
    """Keep under exactly this name what `write` writes, and nothing if it raises; returns the bytes that it
    wrote. At no time does more than a piece of it lie about unencrypted."""
    with tempfile.TemporaryFile() as sealed:
        sink = Sink(sealed)
        write(sink)
        sink.finish()
        sealed.seek(0)
        storages["private"].delete(name)
        storages["private"].save(name, File(sealed))
    return sink.size


def read_pieces(name: str) -> Iterator[bytes]:
    """What `keep_pieces` kept. Raises FileLost, also where pieces are missing or in another order."""
    try:
        with storages["private"].open(name) as file:
            number, last = 0, False
            while not last:
                length = int.from_bytes(file.read(_LENGTH))
                piece = unseal(file.read(length))
                if int.from_bytes(piece[:_NUMBER]) != number:
                    raise FileLost
                last = piece[_NUMBER : _NUMBER + 1] == _LAST
                number += 1
                yield piece[_NUMBER + 1 :]
    except (FileNotFoundError, UnableToDecrypt) as error:
        raise FileLost from error


def holds(name: str) -> bool:
    return storages["private"].exists(name)


class Sink:
    """Encrypts what is written to it piece by piece, each with its number and whether it is the last."""

    def __init__(self, sealed: IO[bytes]) -> None:
        self.size = 0
        self._sealed, self._number, self._waiting = sealed, 0, bytearray()

    def write(self, content: bytes) -> int:
        self._waiting += content
        self.size += len(content)
        while len(self._waiting) > PIECE:
            self._write_piece(_MORE, bytes(self._waiting[:PIECE]))
            del self._waiting[:PIECE]
        return len(content)

    def flush(self) -> None:
        """Pieces are written when they are full: nothing waits that could be."""

    def finish(self) -> None:
        self._write_piece(_LAST, bytes(self._waiting))

    def _write_piece(self, standing: bytes, content: bytes) -> None:
        sealed = seal(self._number.to_bytes(_NUMBER) + standing + content)
        self._sealed.write(len(sealed).to_bytes(_LENGTH) + sealed)
        self._number += 1

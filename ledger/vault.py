"""Files that nobody but the portal reads: encrypted, in the storage named "private", under names that tell
nothing. That storage has no address on the web: pages hand files to whom they are for."""

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from uuid_utils.compat import uuid7

from ledger.encryption import UnableToDecrypt, seal, unseal


class FileLost(FileNotFoundError):
    """It is not in the storage any more, or no key of ours opens it."""


def keep(folder: str, content: bytes) -> str:
    """Returns the name under which `read` finds it again."""
    return storages["private"].save(f"{folder}/{uuid7().hex}", ContentFile(seal(content)))


def read(name: str) -> bytes:
    """Raises FileLost."""
    try:
        with storages["private"].open(name) as file:
            return unseal(file.read())
    except (FileNotFoundError, UnableToDecrypt) as error:
        raise FileLost("This file is lost: look for it in the backups of the vault.") from error


def remove(name: str) -> None:
    """What is gone already stays gone."""
    storages["private"].delete(name)

"""Text and files that rest encrypted: bank details, tax numbers, identity papers, the secrets of stores.

Fernet (AES-128-CBC with HMAC-SHA256) under keys of their own: the first encrypts, every one decrypts, so a
key is rotated by putting a new one in front. A wrong key raises; ciphertext is never shown as text.
"""

import base64
import hashlib
import hmac
import json
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


class UnableToDecrypt(Exception):
    """None of the configured keys made this ciphertext."""


@cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ImproperlyConfigured(
            "FIELD_ENCRYPTION_KEYS holds something that is not a Fernet key."
        ) from error


def encrypt(text: str) -> str:
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS)).encrypt(text.encode()).decode()


def decrypt(ciphertext: str) -> str:
    """Raises UnableToDecrypt."""
    try:
        return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS)).decrypt(ciphertext.encode()).decode()
    except InvalidToken as error:
        raise UnableToDecrypt("No configured key opens this value.") from error


def seal(content: bytes) -> bytes:
    """A file's content, to be kept outside the database."""
    return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS)).encrypt(content)


def unseal(sealed: bytes) -> bytes:
    """Raises UnableToDecrypt."""
    try:
        return _cipher(tuple(settings.FIELD_ENCRYPTION_KEYS)).decrypt(sealed)
    except InvalidToken as error:
        raise UnableToDecrypt("No configured key opens this file.") from error


def digest(text: str) -> str:
    """By which an encrypted value is found again: equal for equal texts, useless without the keys. It hangs
    on the last, oldest key; whoever drops that one saves the rows with digests anew."""
    key = base64.urlsafe_b64decode(settings.FIELD_ENCRYPTION_KEYS[-1])
    return hmac.new(key, b"digest:" + text.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # Django's own takes none
    """Plain text in Python, ciphertext in the table. It can't be searched: store a digest beside it."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value if value is None else encrypt(value)

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        return value if value is None else decrypt(value)

    def get_lookup(self, lookup_name: str) -> Any:
        # Triggers compare a column with its own old value: "df" is the "is distinct from" of pgtrigger.
        if lookup_name not in {"isnull", "df"}:
            raise TypeError(f"{self.name} is encrypted and can't be looked up by {lookup_name}.")
        return super().get_lookup(lookup_name)


class EncryptedJSONField(EncryptedTextField):
    """An object of JSON in Python, ciphertext in the table."""

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None else encrypt(json.dumps(value, sort_keys=True))

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        return value if value is None else json.loads(decrypt(value))

    def to_python(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj), sort_keys=True)

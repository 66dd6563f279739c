"""`Authorization: Bearer <key>`: personal keys, of which only a digest is kept."""

import hashlib
import json
import secrets
import uuid
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connection
from django.utils import timezone
from rest_framework import authentication, exceptions

from portal.models import ApiKey, User

PREFIX = "lum_"
SCOPES = (
    "wallet:read", "wallet:write", "gifts:read", "gifts:write", "streams:read", "streams:write",
    "challenges:read", "challenges:write",
    "payouts:read", "payouts:write", "programmes:read", "programmes:write",
    "webhooks:read", "webhooks:write",
    "earnings:read", "deals:read", "deals:write", "merch:read", "affiliate:read", "affiliate:write",
)  # fmt: skip


def issue_key(*, user: User, name: str, scopes: list[str]) -> str:
    """Make a key and return it: the one moment at which it can be read."""
    key = PREFIX + secrets.token_urlsafe(32)
    ApiKey.objects.create(user=user, name=name, scopes=scopes, digest=digest(key), start=key[:10])
    return key


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True)
class Key:
    """The key that a request came with."""

    id: uuid.UUID
    scopes: list[str]


# What is seldom asked of the person is read when it is.
_FIELDS = [
    field
    for field in User._meta.concrete_fields
    if field.name not in {"password", "last_login", "date_joined"}
]
_NAMES = [field.attname for field in _FIELDS]
# Every request begins with this query; making its SQL anew would take longer than PostgreSQL needs to answer.
_FIND = f"""
    SELECT key.id, key.scopes::text, {", ".join(f'person."{field.column}"' for field in _FIELDS)}
    FROM {ApiKey._meta.db_table} key JOIN {User._meta.db_table} person ON person.id = key.user_id
    WHERE key.digest = %s AND person.is_active AND (key.expires_at IS NULL OR key.expires_at > %s)
"""  # noqa: S608


class KeyAuthentication(authentication.BaseAuthentication):
    def authenticate(self, request) -> tuple[User, Key] | None:
        scheme, _, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        with connection.cursor() as cursor:
            cursor.execute(_FIND, (digest(key.strip()), timezone.now()))
            found = cursor.fetchone()
        if found is None:
            raise exceptions.AuthenticationFailed("This key is unknown, expired or revoked.", "invalid_key")
        key_id, scopes, *person = found
        return User.from_db(DEFAULT_DB_ALIAS, _NAMES, person), Key(key_id, json.loads(scopes))

    def authenticate_header(self, request) -> str:
        return "Bearer"

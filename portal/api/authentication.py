"""`Authorization: Bearer <key>`: personal keys, of which only a digest is kept."""

import json
import uuid
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connection
from django.urls import reverse
from django.utils import timezone
from rest_framework import authentication, exceptions

from ledger.together import Together
from portal.models import ApiKey, User
from portal.operations.keys import digest


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
# Every request begins with this query, for itself and for those that come while it is asked; making its SQL
# anew would take longer than PostgreSQL needs to answer. When a key was last used is noted in the same
# statement, and within five minutes once: `noted` finds nothing to do for all others. What somebody else is
# noting is left to them, so that two statements with the same keys never wait for each other.
_FIND = f"""
    WITH found AS (
        SELECT key.digest AS key_digest, key.id AS key_id, key.scopes::text, key.last_used_at,
            {", ".join(f'person."{field.column}"' for field in _FIELDS)}
        FROM {ApiKey._meta.db_table} key JOIN {User._meta.db_table} person ON person.id = key.user_id
        WHERE key.digest = ANY(%(digests)s) AND person.is_active AND key.revoked_at IS NULL
            AND (key.expires_at IS NULL OR key.expires_at > %(now)s)
    ), noted AS (
        UPDATE {ApiKey._meta.db_table} SET last_used_at = %(now)s WHERE id IN (
            SELECT id FROM {ApiKey._meta.db_table} WHERE id IN (
                SELECT key_id FROM found
                WHERE last_used_at IS NULL OR last_used_at < %(now)s - INTERVAL '5 minutes'
            ) FOR NO KEY UPDATE SKIP LOCKED
        )
    )
    SELECT key_digest, key_id, scopes, {", ".join(f'"{field.column}"' for field in _FIELDS)} FROM found
"""  # noqa: S608


def _find(digests: list[str]) -> list[list | None]:
    """For each key its id, its scopes and its person's fields; None for those that don't open anything."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {"digests": list(set(digests)), "now": timezone.now()})
        found = {key_digest: rest for key_digest, *rest in cursor.fetchall()}
    return [found.get(each) for each in digests]


_found_together = Together(_find, at_most=32)


class KeyAuthentication(authentication.BaseAuthentication):
    def authenticate(self, request) -> tuple[User, Key] | None:
        scheme, _, key = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        found = _found_together.ask(digest(key.strip()))
        if found is None:
            words = f"This key is unknown, expired or revoked. Make another at {reverse('keys')}."
            raise exceptions.AuthenticationFailed(words, "invalid_key")
        key_id, scopes, *person = found
        return User.from_db(DEFAULT_DB_ALIAS, _NAMES, person), Key(key_id, json.loads(scopes))

    def authenticate_header(self, request) -> str:
        return "Bearer"

"""`Authorization: Bearer <key>`: personal keys, of which only a digest is kept."""

import hashlib
import secrets

from django.utils import timezone
from rest_framework import authentication, exceptions

from portal.models import ApiKey, User

PREFIX = "lum_"
SCOPES = (
    "wallet:read", "wallet:write", "gifts:read", "gifts:write", "streams:read", "streams:write",
    "challenges:read", "challenges:write",
    "payouts:read", "payouts:write",
)  # fmt: skip


def issue_key(*, user: User, name: str, scopes: list[str]) -> str:
    """Make a key and return it: the one moment at which it can be read."""
    key = PREFIX + secrets.token_urlsafe(32)
    ApiKey.objects.create(user=user, name=name, scopes=scopes, digest=digest(key), start=key[:10])
    return key


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class KeyAuthentication(authentication.BaseAuthentication):
    def authenticate(self, request) -> tuple[User, ApiKey] | None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        found = ApiKey.objects.select_related("user").filter(digest=digest(key.strip())).first()
        if (
            found is None
            or not found.user.is_active
            or (found.expires_at and found.expires_at <= timezone.now())
        ):
            raise exceptions.AuthenticationFailed("This key is unknown, expired or revoked.", "invalid_key")
        return found.user, found

    def authenticate_header(self, request) -> str:
        return "Bearer"

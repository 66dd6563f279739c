"""Keys to the API: made for what their owner chose, told of, and ended."""

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from uuid_utils.compat import uuid7

from portal.models import ApiKey
from portal.operations.notices import notify
from portal.scopes import SCOPES

PREFIX = "lum_"
MOST = 25


class UnableToIssue(Exception):
    """A key that can't be made. `code` says why, `field` which part of the wish is at fault."""

    code = "refused"
    field: str | None = None


class NoScope(UnableToIssue):
    """A key that opens nothing, or what there is not."""

    code, field = "no_scope", "scopes"


class ExpiresBefore(UnableToIssue):
    """It would never have opened anything."""

    code, field = "expires_before", "expires"


class TooManyKeys(UnableToIssue):
    """Requests are counted by key: nobody has them without end."""

    code = "too_many_keys"


class AlreadyIssued(UnableToIssue):
    """The same wish came before, and its key was shown then."""

    code = "already_issued"


class UnknownKey(Exception):
    """There is no such key, or it is someone else's."""

    code = "not_found"


@dataclass(frozen=True)
class Issued:
    """`secret` is what programs send. This is the one moment at which it can be read."""

    key: ApiKey
    secret: str


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def working(at: dt.datetime) -> Q:
    """Keys that open something at this moment."""
    return Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=at))


@transaction.atomic
def issue_key(
    *,
    user,
    name: str,
    scopes: Iterable[str],
    at: dt.datetime,
    expires_at: dt.datetime | None = None,
    key_id: uuid.UUID | None = None,
) -> Issued:
    """Make a key; its person is told. The same `key_id` makes one once.

    Raises NoScope, ExpiresBefore, TooManyKeys, AlreadyIssued."""
    # Whoever makes two keys at once makes one after the other.
    get_user_model().objects.select_for_update().only("id").get(pk=user.pk)
    if key_id and ApiKey.objects.filter(id=key_id).exists():
        raise AlreadyIssued("This key was made already and can't be shown again. Revoke it if it is lost.")
    if expires_at is not None and expires_at <= at:
        raise ExpiresBefore("Choose a time that is to come.")
    chosen = sorted(set(scopes))
    if not chosen or not set(chosen) <= SCOPES.keys():
        raise NoScope("Choose at least one of the things that a key of yours can do.")
    if ApiKey.objects.filter(working(at), user=user).count() >= MOST:
        raise TooManyKeys(f"You have {MOST} keys. Revoke one that is not used any more.")
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        id=key_id or uuid7(),
        user=user,
        name=name,
        scopes=chosen,
        digest=digest(secret),
        start=secret[:10],
        created_at=at,
        expires_at=expires_at,
    )
    notify(
        person=user,
        kind="api_key_made",
        key=f"api_key_made:{key.pk}",
        at=at,
        facts={
            "name": name,
            "start": key.start,
            "can": [SCOPES[scope].words for scope in chosen],
            "expires_at": expires_at,
        },
        url=reverse("keys"),
    )
    return Issued(key, secret)


def revoke_key(*, user, key_id: uuid.UUID, at: dt.datetime) -> ApiKey:
    """End a key of one's own. Saying it twice keeps the first moment. Raises UnknownKey."""
    return _revoke(ApiKey.objects.filter(user=user), key_id, at)


class NotPermitted(Exception):
    """Only staff with the permission end somebody else's key."""

    code = "not_permitted"


class MissingReason(Exception):
    """The key's owner has to be told why."""

    code, field = "missing_reason", "reason"


def revoke_for(*, actor, key_id: uuid.UUID, reason: str, at: dt.datetime) -> ApiKey:
    """Staff end somebody's key, who is told why. Raises NotPermitted, MissingReason, UnknownKey."""
    if not actor.has_perm("portal.revoke_apikey"):
        raise NotPermitted("You may not revoke anybody's key.")
    if not reason.strip():
        raise MissingReason("Say why: the key's owner reads it.")
    with transaction.atomic():
        key = _revoke(ApiKey.objects.select_related("user"), key_id, at)
        notify(
            person=key.user,
            kind="api_key_revoked",
            key=f"api_key_revoked:{key.pk}",
            at=at,
            facts={"name": key.name, "start": key.start, "why": reason},
            url=reverse("keys"),
        )
    return key


def _revoke(keys, key_id: uuid.UUID, at: dt.datetime) -> ApiKey:
    keys.filter(id=key_id, revoked_at__isnull=True).update(revoked_at=at)
    key = keys.filter(id=key_id).first()
    if key is None:
        raise UnknownKey("There is no such key.")
    return key

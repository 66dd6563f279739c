"""Which of a person's requests with the same key is worked on, and what it was answered.

(nothing) ── claim ──> claimed ── keep ──> answered ── a day or two ──> (nothing)
                        │   ^
                        │   └ claim by the next request, once DEAD has passed
                        └── free ──> (nothing)
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection
from uuid_utils.compat import uuid7

from portal.models import StoredAnswer

KEPT = dt.timedelta(hours=24)
"""At least for so long the same request is answered the same."""

DEAD = dt.timedelta(seconds=60)
"""No request takes as long: its process is gone. Operations know the key, too; nothing is done twice."""


class KeyReused(Exception):
    """The key came before with another body, method or address."""

    code = "idempotency_conflict"


class InProgress(Exception):
    """The first request with this key is still worked on."""

    code = "in_progress"


@dataclass(frozen=True)
class Claim:
    """The right to work on a request, and the duty to `keep` its answer or `free` its key."""

    answer_id: uuid.UUID
    turn: int


# One statement, so that of any number of twins one gets the claim, and a dead one passes on once.
_CLAIM = f"""
    INSERT INTO {StoredAnswer._meta.db_table} AS stored
        (id, person_id, key, request, turn, created_at, claimed_at, headers)
    VALUES (%(id)s, %(person)s, %(key)s, %(request)s, 1, %(at)s, %(at)s, '{{}}')
    ON CONFLICT (person_id, key) DO UPDATE SET claimed_at = excluded.claimed_at, turn = stored.turn + 1
    WHERE stored.status IS NULL AND stored.request = excluded.request AND stored.claimed_at < %(dead)s
    RETURNING id, turn
"""  # noqa: S608


def claim(*, person_id: uuid.UUID, key: str, request: str, at: dt.datetime) -> Claim | StoredAnswer:
    """The claim where nobody has it, else what the first request was answered.

    Outside any transaction, so that others see it at once. Raises KeyReused, InProgress."""
    facts = {"id": uuid7(), "person": person_id, "key": key, "request": request, "at": at, "dead": at - DEAD}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, facts)
        if claimed := cursor.fetchone():
            return Claim(*claimed)
    stored = StoredAnswer.objects.filter(person_id=person_id, key=key).first()
    if stored is not None and stored.request != request:
        raise KeyReused("This key came before with another request. Use a new key for a new request.")
    if stored is None or stored.status is None:  # none: freed a moment ago
        raise InProgress("The first request with this key is still worked on. Send it again in a moment.")
    return stored


def keep(*, claim: Claim, status: int, headers: Mapping[str, str], body: str) -> None:
    """Whoever asks the same again is answered with this. A claim that passed on meanwhile keeps nothing."""
    _held(claim).update(status=status, headers=dict(headers), body=body)


def free(*, claim: Claim) -> None:
    """Nothing was decided: the next request with this key begins anew."""
    _held(claim).delete()


def _held(claim: Claim):
    return StoredAnswer.objects.filter(id=claim.answer_id, turn=claim.turn, status__isnull=True)


def forget(*, at: dt.datetime) -> int:
    """Delete what was first asked longer than KEPT ago; returns how many."""
    return StoredAnswer.objects.filter(created_at__lte=at - KEPT).delete()[0]

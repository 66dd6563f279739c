"""Gifts that are sent at the same moment are posted in one statement, and share one flush of the log."""

import json
import uuid
from base64 import urlsafe_b64encode
from decimal import Decimal
from hashlib import blake2b
from typing import Any, NamedTuple

from django.db import connection

from ledger.chart import COINS_REDEEMED, CREATOR_DIAMONDS_PENDING, DIAMONDS_ISSUED, VIEWER_COINS, Account
from ledger.rates import convert
from ledger.together import Together
from ledger.units import COIN, DIAMOND
from wallets.models import Gift

_SCALE = convert(1, COIN, DIAMOND, Decimal(1))
# A server's process keeps 64 subtransactions at hand, and each gift is one.
_AT_MOST = 32
_STATEMENT = (
    "SELECT asked, entry_id, outcome, rate, diamonds, stream_id, anonymous, detail"
    " FROM wallets_send_gifts(%s::jsonb, %s::integer, %s::uuid, %s::uuid)"
)


class Answer(NamedTuple):
    """A row of `wallets/sql/send_gifts.sql`, which tells what an outcome means."""

    entry_id: uuid.UUID | None
    outcome: str
    rate: Decimal | None
    diamonds: int | None
    stream_id: uuid.UUID | None
    anonymous: bool | None
    detail: str | None


def ledger_key(viewer_id: uuid.UUID, key: str) -> str:
    """The key of a gift's entry: a digest, for every gift pays for its length three times over."""
    digest = blake2b(f"{viewer_id}:{key}".encode(), digest_size=16).digest()
    return f"gift:{urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def accounts_of(gift: Gift) -> list[Account]:
    """Those between which it moves coins and diamonds."""
    return [
        VIEWER_COINS.of(gift.viewer_id),
        COINS_REDEEMED.platform(),
        DIAMONDS_ISSUED.platform(),
        CREATOR_DIAMONDS_PENDING.of(gift.creator_id),
    ]


def post_gift(gift: Gift, key: str, said: list[str]) -> Answer:
    """Post it under the ledger's `key`. `said` are the words of its message. In the caller's transaction,
    where there is one; else together with what other threads of this process send at the same time."""
    wish = wish_of(gift, key, said)
    if connection.in_atomic_block:
        return post_gifts([wish])[0]
    answer = _together.ask(wish, apart=gift.viewer_id)
    return post_gifts([wish])[0] if answer.outcome == "busy" else answer


def wish_of(gift: Gift, key: str, said: list[str]) -> dict[str, Any]:
    """The gift as the statement takes it."""
    return {
        "id": gift.id,
        "key": key,
        "at": gift.sent_at,
        "viewer": gift.viewer_id,
        "creator": gift.creator_id,
        "gift_type": gift.gift_type_id,
        "quantity": gift.quantity,
        "coins": gift.coins,
        "message": gift.message,
        "words": said,
        "coins_of": VIEWER_COINS.of(gift.viewer_id).id,
        "pending": CREATOR_DIAMONDS_PENDING.of(gift.creator_id).id,
        "streak": gift.streak_id,
        "anonymous": gift.anonymous,
    }


def post_gifts(wishes: list[dict[str, Any]]) -> list[Answer]:
    """Post them in one statement, each of another viewer. The answers come in their order."""
    platform = (COINS_REDEEMED.platform().id, DIAMONDS_ISSUED.platform().id)
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, [json.dumps(wishes, default=str), _SCALE, *platform])
        answers = {asked: Answer(*answer) for asked, *answer in cursor.fetchall()}
    return [answers[wish["id"]] for wish in wishes]


_together = Together(post_gifts, at_most=_AT_MOST)

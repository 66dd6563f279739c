"""Streams, the gifts that were sent to them, and what was taken back."""

import datetime as dt
import uuid

from django.db import transaction

from ledger.operations import reverse
from tests.factories.gifts import NOW, gift_from
from wallets.models import Gift, GiftReversal, Stream
from wallets.operations.streams import start_stream


def stream_by(creator, *, at: dt.datetime = NOW, **facts) -> Stream:
    facts = {"title": "Songs by request", "key": str(uuid.uuid4())} | facts
    return start_stream(creator=creator, at=at, **facts)


def gift_to(stream: Stream, viewer, slug: str = "spark-tap", quantity: int = 1, **facts) -> Gift:
    """A gift to its creator, for as long as the stream is open."""
    return gift_from(viewer, stream.creator, slug, quantity, **facts)


def taken_back(gift: Gift, *, at: dt.datetime = NOW, cause: str = "undo") -> GiftReversal:
    with transaction.atomic():
        entry = reverse(entry_id=gift.pk, key=f"{cause}:{gift.pk}", reason="", at=at)
        return GiftReversal.objects.create(
            id=entry.entry_id,
            gift=gift,
            creator_id=gift.creator_id,
            cause=cause,
            coins=gift.coins,
            diamonds=gift.diamonds,
            at=at,
        )

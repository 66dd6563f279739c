"""Streams, the gifts that were sent to them, and what was taken back."""

import datetime as dt
import uuid

from tests.factories.gifts import NOW, gift_from
from wallets.models import Gift, Stream
from wallets.operations.streams import start_stream
from wallets.operations.undo import undo_gift


def stream_by(creator, *, at: dt.datetime = NOW, **facts) -> Stream:
    facts = {"title": "Songs by request", "key": str(uuid.uuid4())} | facts
    return start_stream(creator=creator, at=at, **facts)


def gift_to(stream: Stream, viewer, slug: str = "spark-tap", quantity: int = 1, **facts) -> Gift:
    """A gift to its creator, for as long as the stream is open."""
    return gift_from(viewer, stream.creator, slug, quantity, **facts)


def taken_back(gift: Gift, *, at: dt.datetime = NOW) -> None:
    undo_gift(viewer=gift.viewer, gift_id=gift.pk, at=at)

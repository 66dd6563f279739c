"""Keeps the sums that the studio reads."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import connection, transaction

from partnerships.income_streams import Stream
from partnerships.models import IncomeDay
from partnerships.queries.income import SOURCES


def refresh(*, creator_id: uuid.UUID, stream: Stream, dates: Collection[dt.date]) -> None:
    """Add up a stream's rows of these days anew, after they changed and in the same transaction.

    Whoever changes rows of the same creator and stream waits here until the other is done, so call it last,
    and for several creators in the order of their ids.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Sums change together with their rows.")
    if not dates:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"income {stream} {creator_id}"]
        )
    # A statement of its own, begun under the lock: it sees what the one before committed.
    parts = list(SOURCES[stream].sums(creator_id, dates))
    IncomeDay.objects.filter(creator_id=creator_id, stream=stream, date__in=dates).delete()
    IncomeDay.objects.bulk_create(
        IncomeDay(
            creator_id=part.creator_id,
            stream=stream,
            date=part.date,
            currency=part.currency,
            state=part.state,
            amount=part.amount,
            rows=part.rows,
        )
        for part in parts
    )

"""Time inside keys: a UUIDv7 begins with its milliseconds, so keys find what was written when."""

import datetime as dt
import uuid

SKEW = dt.timedelta(hours=1)
"""Far more than clocks differ and statements wait for a lock."""


def moved(entry_id: uuid.UUID, by: dt.timedelta) -> uuid.UUID:
    """The time-ordered key (UUIDv7: milliseconds in its first 48 bits) so much later or earlier."""
    return uuid.UUID(int=entry_id.int + (by // dt.timedelta(milliseconds=1) << 80))


def first_id(moment: dt.datetime) -> uuid.UUID:
    """The lowest time-ordered key (UUIDv7) of that moment."""
    return moved(uuid.UUID(int=0), moment - dt.datetime.fromtimestamp(0, dt.UTC))

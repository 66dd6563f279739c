"""Days are UTC's, wherever their reader is."""

import datetime as dt


def begin(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.min, dt.UTC)


def end(day: dt.date) -> dt.datetime:
    """Its last moment."""
    return dt.datetime.combine(day, dt.time.max, dt.UTC)

"""Streams, who is live, and what came of a stream."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection
from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf, TruncMinute

from ledger.units import COIN
from wallets.models import Gift, GiftReversal, Stream, StreamAudience

TOP = 10
SUMMARY_SECONDS = 5
AUDIENCE_FRESH = dt.timedelta(seconds=15)
"""A process that has told nothing for longer is gone, and so are those who watched through it."""
STRAGGLERS = dt.timedelta(minutes=10)
"""How long after a stream's end a gift that was on its way may still be written down for it."""


def open_stream(creator_id: uuid.UUID) -> Stream | None:
    return Stream.objects.filter(creator_id=creator_id, ended_at=None).first()


def live_streams() -> QuerySet[Stream]:
    """All that are open, newest first."""
    return Stream.objects.filter(ended_at=None, creator__is_active=True).select_related("creator")


def streams_of(creator_id: uuid.UUID) -> QuerySet[Stream]:
    """A creator's own, newest first."""
    return Stream.objects.filter(creator_id=creator_id).order_by("-id")


def stream_to_watch(stream_id: uuid.UUID) -> Stream | None:
    """Anybody may know of it, that it has ended, too; None where its creator is no longer here."""
    found = Stream.objects.filter(creator__is_active=True, pk=stream_id)
    return found.select_related("creator").first()


def stream_of(creator_id: uuid.UUID, stream_id: uuid.UUID) -> Stream | None:
    """None for other people's, too."""
    return streams_of(creator_id).filter(pk=stream_id).first()


def viewers_of(stream_id: uuid.UUID, at: dt.datetime) -> int:
    """About how many watch: each feed process tells its own every few seconds."""
    fresh = StreamAudience.objects.filter(stream_id=stream_id, seen_at__gt=at - AUDIENCE_FRESH)
    return fresh.aggregate(sum=Sum("viewers"))["sum"] or 0


@dataclass(frozen=True)
class Gifter:
    """What one viewer gave under their name: `coins`, and `diamonds` (hundredths) to the creator."""

    name: str
    coins: int
    diamonds: int


@dataclass(frozen=True)
class Summary:
    """What came of a stream, net of what was taken back since: `gifts` counts each one of a quantity,
    `gifters` the people (anonymous too). `best_minute` is the one that brought most diamonds (hundredths),
    `best_diamonds` how many; None without a gift. `raised` is in the unit of the goal."""

    duration: dt.timedelta
    gifts: int
    coins: int
    diamonds: int
    gifters: int
    top: list[Gifter]
    best_minute: dt.datetime | None
    best_diamonds: int
    raised: int
    reached: bool


def summary(stream: Stream, at: dt.datetime) -> Summary:
    """Three statements, whatever the number of gifts."""
    gifters: Counter[uuid.UUID] = Counter()
    named: dict[uuid.UUID, Counter] = {}
    minutes: Counter[dt.datetime] = Counter()
    total: Counter[str] = Counter()
    for viewer, minute, anonymous, *sums in _sums(stream):
        amounts = dict(zip(("gifts", "coins", "diamonds"), sums, strict=True))
        total.update(amounts)
        gifters[viewer] += amounts["gifts"]
        minutes[minute] += amounts["diamonds"]
        if not anonymous:
            named.setdefault(viewer, Counter()).update(amounts)
    best, best_diamonds = max(minutes.items(), key=lambda item: item[1], default=(None, 0))
    raised = total["coins"] if stream.goal_unit == COIN else total["diamonds"]
    return Summary(
        duration=(stream.ended_at or at) - stream.started_at,
        gifts=total["gifts"],
        coins=total["coins"],
        diamonds=total["diamonds"],
        gifters=sum(1 for number in gifters.values() if number > 0),
        top=_named(named),
        best_minute=best if best_diamonds > 0 else None,
        best_diamonds=best_diamonds,
        raised=raised,
        reached=stream.goal is not None and raised >= stream.goal,
    )


def summary_of_late(stream: Stream, at: dt.datetime) -> Summary:
    """The same, as it was a few seconds ago at most: for pages that many open at once."""
    key = f"stream-summary:{stream.pk}"
    if (known := cache.get(key)) is None:
        known = summary(stream, at)
        cache.set(key, known, SUMMARY_SECONDS)
    return known


def feed_position() -> str:
    """Where the feed goes on for a page that reads the gifts after this."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return cursor.fetchone()[0]


def gifts_of(stream: Stream) -> QuerySet[Gift]:
    """Found through the creator's index, so within the time of the stream and of what was under way."""
    gifts = Gift.objects.filter(
        creator_id=stream.creator_id, sent_at__gte=stream.started_at - STRAGGLERS, stream_id=stream.pk
    )
    return gifts if stream.ended_at is None else gifts.filter(sent_at__lte=stream.ended_at + STRAGGLERS)


def _sums(stream: Stream) -> Iterator[tuple]:
    """(viewer, minute, anonymous, gifts, coins, diamonds), summed; what was taken back comes as negatives."""
    yield from (
        gifts_of(stream)
        .annotate(minute=TruncMinute("sent_at", tzinfo=dt.UTC))
        .values_list("viewer_id", "minute", "anonymous")
        .annotate(Sum("quantity"), Sum("coins"), Sum("diamonds"))
        .order_by()
    )
    undone = Q(cause=GiftReversal.Cause.UNDO)
    # The coins of a refund or a dispute went back another way: its diamonds tell what is gone of the gift.
    share = F("diamonds") * F("gift__coins") / NullIf(F("gift__diamonds"), Value(0))
    coins = Case(When(undone, then=F("coins")), default=Coalesce(share, Value(0)))
    yield from (
        GiftReversal.objects.filter(
            creator_id=stream.creator_id, at__gte=stream.started_at, gift__stream_id=stream.pk
        )
        .annotate(minute=TruncMinute("gift__sent_at", tzinfo=dt.UTC))
        .values_list("gift__viewer_id", "minute", "gift__anonymous")
        .annotate(
            quantity=-Coalesce(Sum("gift__quantity", filter=undone), 0),
            coins_back=-Cast(Sum(coins), BigIntegerField()),
            diamonds_back=-Sum("diamonds"),
        )
        .order_by()
    )


def _named(totals: dict[uuid.UUID, Counter]) -> list[Gifter]:
    giving = [(viewer, total) for viewer, total in totals.items() if total["coins"] > 0]
    first = sorted(giving, key=lambda item: (-item[1]["coins"], str(item[0])))[:TOP]
    people = get_user_model().objects.in_bulk([viewer for viewer, _ in first])
    return [
        Gifter(Gift(viewer=people[viewer]).sender, total["coins"], total["diamonds"])
        for viewer, total in first
    ]

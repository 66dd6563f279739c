import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce

from ledger.chart import CREATOR_DIAMONDS_PENDING, VIEWER_COINS
from ledger.queries import by_day, entries_of
from wallets.models import Gift, Gifter, GiftReversal
from wallets.models.gifts import UNDO_WINDOW
from wallets.queries.reserve import RELEASE

RECENT = 20
GIFT = "gift"
UNDO = "gift.undo"
GIFTED = Gifter.objects.filter(viewer=OuterRef("viewer")).values("coins")
UNDONE = GiftReversal.objects.filter(gift=OuterRef("pk"), cause=GiftReversal.Cause.UNDO)

LOST = GiftReversal.objects.filter(gift=OuterRef("pk")).exclude(cause=GiftReversal.Cause.UNDO)


@dataclass(frozen=True)
class Received:
    """What came to a creator and was not undone: `gifts` of them with `diamonds` (hundredths), and what was
    `taken_back` of that since (disputes, refunds), which is negative or 0."""

    gifts: int
    diamonds: int
    taken_back: int

    @property
    def total(self) -> int:
        return self.diamonds + self.taken_back


def recent_gifts(creator_id: uuid.UUID, *, limit: int = RECENT) -> list[Gift]:
    """The latest a creator received, newest first."""
    return list(gifts_received(creator_id)[:limit])


def gifts_received(creator_id: uuid.UUID, month: dt.date | None = None) -> QuerySet[Gift]:
    """Of the UTC month that begins on `month`, or ever; newest first. What was undone never came."""
    gifts = Gift.objects.filter(~Exists(UNDONE), creator_id=creator_id).annotate(gifted=Subquery(GIFTED))
    if month is not None:
        gifts = gifts.filter(
            sent_at__gte=_midnight(month.replace(day=1)), sent_at__lt=_midnight(next_month(month))
        )
    return gifts.select_related("gift_type", "viewer").order_by("-sent_at", "-id")


def with_losses(gifts: QuerySet[Gift]) -> QuerySet[Gift]:
    """Each with how many diamonds (hundredths) refunds and disputes took back of it: `lost`."""
    lost = LOST.values("gift").annotate(sum=Sum("diamonds")).values("sum")
    return gifts.annotate(lost=Coalesce(Cast(Subquery(lost), BigIntegerField()), Value(0)))


def total_received(creator_id: uuid.UUID, month: dt.date | None = None) -> Received:
    """From the books' roll-up, so that it is what the studio shows for that month."""
    since = month and month.replace(day=1)
    until = month and next_month(month) - dt.timedelta(days=1)
    parts = by_day(CREATOR_DIAMONDS_PENDING.of(creator_id), since=since, until=until)
    kept = [part for part in parts if part.kind in (GIFT, UNDO)]
    return Received(
        gifts=sum(part.entries if part.kind == GIFT else -part.entries for part in kept),
        diamonds=sum(part.amount for part in kept),
        taken_back=sum(part.amount for part in parts if part.kind not in (GIFT, UNDO, RELEASE)),
    )


def gifts_sent(viewer_id: uuid.UUID) -> QuerySet[Gift]:
    """Found through the postings of the viewer's coins: gifts have no index of their own for it. Each knows
    whether it is `undone`."""
    mine = Gift.objects.filter(id__in=entries_of(VIEWER_COINS.of(viewer_id))).annotate(undone=Exists(UNDONE))
    return mine.select_related("gift_type", "viewer", "creator").order_by("-id")


def given_by(
    viewer_ids: Iterable[uuid.UUID], creator_id: uuid.UUID, since: dt.datetime
) -> dict[uuid.UUID, int]:
    """{viewer's id: diamonds (hundredths)} of what these people's gifts brought a creator."""
    gifts = Gift.objects.filter(creator_id=creator_id, sent_at__gte=since, viewer_id__in=viewer_ids)
    return dict(
        gifts.order_by().values("viewer_id").annotate(sum=Sum("diamonds")).values_list("viewer_id", "sum")
    )


def undoable_gift(viewer_id: uuid.UUID, gift_id: uuid.UUID, at: dt.datetime) -> Gift | None:
    """None where the viewer did not send it, or can't undo it any more."""
    mine = Gift.objects.filter(~Exists(UNDONE), id=gift_id, viewer_id=viewer_id)
    return mine.filter(sent_at__gte=at - UNDO_WINDOW).first()


def undoable_taps(viewer_id: uuid.UUID, streak_id: uuid.UUID, at: dt.datetime) -> list[Gift]:
    """The viewer's gifts of one streak that can still be undone, newest first."""
    recent = entries_of(VIEWER_COINS.of(viewer_id), since=at - UNDO_WINDOW)
    taps = Gift.objects.filter(~Exists(UNDONE), id__in=recent, viewer_id=viewer_id, streak_id=streak_id)
    return list(
        taps.filter(sent_at__gte=at - UNDO_WINDOW).select_related("gift_type", "creator").order_by("-id")
    )


def next_month(month: dt.date) -> dt.date:
    return (month.replace(day=1) + dt.timedelta(days=31)).replace(day=1)


def _midnight(date: dt.date) -> dt.datetime:
    return dt.datetime.combine(date, dt.time(), tzinfo=dt.UTC)

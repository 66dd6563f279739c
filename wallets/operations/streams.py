"""Going live and ending it. A stream is open until it is ended; one that was forgotten is ended by a task."""

import datetime as dt
import uuid

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import F

from ledger.units import to_decimal
from wallets.messages import visible
from wallets.models import Stream, StreamAudience
from wallets.models.streams import LARGEST_GOAL, TITLE_LENGTH

LONGEST = dt.timedelta(hours=12)
"""After this long nobody has remembered to end it."""
AUDIENCE_KEPT = dt.timedelta(hours=1)


class UnableToGoLive(Exception):
    """No stream was started."""

    code = "refused"


class NoCreatorPage(UnableToGoLive):
    """Only creators go live."""

    code = "not_a_creator"

    def __init__(self) -> None:
        super().__init__("Only creators go live. Open your creator page in your profile first.")


class InvalidTitle(UnableToGoLive):
    """A title is needed, and not a long one."""

    code = "invalid_title"

    def __init__(self) -> None:
        super().__init__(f"Say in 1 to {TITLE_LENGTH} characters what this stream is about.")


class InvalidGoal(UnableToGoLive):
    """It can't be counted, or its words are too many."""

    code = "invalid_goal"


class AlreadyLive(UnableToGoLive):
    """Another stream, `stream`, is open."""

    code = "already_live"

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        super().__init__(f"You are live already, with “{stream.title}”. End that stream first.")


class StreamKeyReused(UnableToGoLive):
    """The key started another stream."""

    code = "idempotency_conflict"

    def __init__(self) -> None:
        super().__init__("This key started another stream.")


def start_stream(
    *,
    creator: AbstractBaseUser,
    title: str,
    key: str,
    at: dt.datetime,
    goal: int | None = None,
    goal_unit: str = "",
    goal_words: str = "",
) -> Stream:
    """Open a stream. `goal` is in the smallest part of `goal_unit` (COIN or DIAMOND). The same `key` with the
    same facts returns the first stream, even if it has ended.

    Raises UnableToGoLive (NoCreatorPage, InvalidTitle, InvalidGoal, AlreadyLive, StreamKeyReused).
    """
    facts = {
        "title": visible(title),
        "goal": goal,
        "goal_unit": goal_unit if goal is not None else "",
        "goal_words": visible(goal_words) if goal is not None else "",
    }
    if first := Stream.objects.filter(creator=creator, key=key).first():
        return _replayed(first, facts)
    if not (creator.is_creator and creator.is_active):
        raise NoCreatorPage
    if not 1 <= len(facts["title"]) <= TITLE_LENGTH:
        raise InvalidTitle
    _assert_goal(facts)
    try:
        with transaction.atomic():
            return Stream.objects.create(creator=creator, key=key, started_at=at, **facts)
    except IntegrityError:
        # Somebody was faster: this very wish on another connection, or another stream of the creator's.
        if first := Stream.objects.filter(creator=creator, key=key).first():
            return _replayed(first, facts)
        if (open_one := Stream.objects.filter(creator=creator, ended_at=None).first()) is None:
            raise
        raise AlreadyLive(open_one) from None


def _replayed(first: Stream, facts: dict) -> Stream:
    if any(getattr(first, name) != value for name, value in facts.items()):
        raise StreamKeyReused
    return first


def _assert_goal(facts: dict) -> None:
    if facts["goal"] is None:
        return
    if facts["goal_unit"] not in Stream.GoalUnit.values:
        raise InvalidGoal("A goal is in coins or in diamonds.")
    if not 1 <= to_decimal(facts["goal"], facts["goal_unit"]) <= LARGEST_GOAL:
        raise InvalidGoal(f"A goal is a number from 1 to {LARGEST_GOAL:,}.")
    if len(facts["goal_words"]) > TITLE_LENGTH:
        raise InvalidGoal(f"Keep the words of the goal within {TITLE_LENGTH} characters.")


def end_stream(*, creator: AbstractBaseUser, stream_id: uuid.UUID, at: dt.datetime) -> Stream:
    """Close the stream. Ending it again returns it as it was ended.

    Raises wallets.models.Stream.DoesNotExist, for other people's, too.
    """
    Stream.objects.filter(pk=stream_id, creator=creator, ended_at=None, started_at__lte=at).update(
        ended_at=at
    )
    return Stream.objects.get(pk=stream_id, creator=creator)


def end_forgotten_streams(*, at: dt.datetime) -> int:
    """Close what has been open for `LONGEST`, as of that moment, and forget who watched long ago. Returns how
    many streams were closed."""
    StreamAudience.objects.filter(seen_at__lt=at - AUDIENCE_KEPT).delete()
    forgotten = Stream.objects.filter(ended_at=None, started_at__lte=at - LONGEST)
    return forgotten.update(ended_at=F("started_at") + LONGEST)

"""Going live and ending it, and what came of a stream."""

import datetime as dt
import uuid

import pytest

from ledger.units import COIN, DIAMOND
from tests.factories.gifts import NOW, gift_from, gift_type
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import dispute_event, paid
from tests.factories.streams import gift_to, stream_by, taken_back
from wallets.models import Stream, StreamAudience
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import send_gift
from wallets.operations.streams import (
    AlreadyLive,
    InvalidGoal,
    InvalidTitle,
    NoCreatorPage,
    StreamKeyReused,
    end_forgotten_streams,
    end_stream,
    start_stream,
)
from wallets.queries.streams import live_streams, open_stream, summary, viewers_of
from wallets.states import DisputeState

pytestmark = pytest.mark.django_db


@pytest.fixture
def creator():
    return CreatorFactory(display_name="Lumi Aalto", handle="lumi")


def start(creator, **facts) -> Stream:
    return start_stream(creator=creator, at=NOW, **{"title": "Songs", "key": "a"} | facts)


class TestStartStream:
    def test_opens_one(self, creator):
        stream = start(creator, goal=500_00, goal_unit=DIAMOND, goal_words="A microphone")
        assert open_stream(creator.pk) == stream
        assert (stream.goal, stream.goal_words, stream.started_at) == (500_00, "A microphone", NOW)

    def test_repeats_nothing(self, creator):
        assert start(creator) == start(creator)
        assert Stream.objects.count() == 1

    def test_returns_the_first_even_when_it_has_ended(self, creator):
        first = start(creator)
        end_stream(creator=creator, stream_id=first.pk, at=NOW)
        assert start(creator) == first

    def test_takes_a_key_for_one_stream(self, creator):
        start(creator)
        with pytest.raises(StreamKeyReused):
            start(creator, title="Other songs")

    def test_refuses_a_second_one(self, creator):
        first = start(creator)
        with pytest.raises(AlreadyLive, match="Songs") as refusal:
            start(creator, key="b")
        assert refusal.value.stream == first

    def test_lets_another_creator_be_live(self, creator):
        start(creator)
        start(CreatorFactory())
        assert live_streams().count() == 2

    def test_is_for_creators(self):
        with pytest.raises(NoCreatorPage):
            start(UserFactory())

    @pytest.mark.parametrize("title", ["", " ", "\u202e", "x" * 81])
    def test_wants_a_title(self, creator, title):
        with pytest.raises(InvalidTitle):
            start(creator, title=title)

    @pytest.mark.parametrize(
        ("goal", "unit", "words"),
        [
            (0, COIN, ""),
            (-1, COIN, ""),
            (99, DIAMOND, ""),
            (10**9 + 1, COIN, ""),
            (5, "USD", ""),
            (5, "", ""),
            (5, COIN, "x" * 81),
        ],
    )
    def test_refuses_a_goal_that_makes_no_sense(self, creator, goal, unit, words):
        with pytest.raises(InvalidGoal):
            start(creator, goal=goal, goal_unit=unit, goal_words=words)
        assert not Stream.objects.exists()

    def test_keeps_no_words_without_a_goal(self, creator):
        stream = start(creator, goal_unit=COIN, goal_words="A microphone")
        assert (stream.goal, stream.goal_unit, stream.goal_words) == (None, "", "")


class TestEndStream:
    def test_closes_it_once(self, creator):
        stream = start(creator)
        later = NOW + dt.timedelta(hours=1)
        assert end_stream(creator=creator, stream_id=stream.pk, at=later).ended_at == later
        again = end_stream(creator=creator, stream_id=stream.pk, at=later + dt.timedelta(hours=1))
        assert again.ended_at == later
        assert open_stream(creator.pk) is None

    def test_knows_no_stream_of_somebody_else(self, creator):
        stream = start(creator)
        with pytest.raises(Stream.DoesNotExist):
            end_stream(creator=CreatorFactory(), stream_id=stream.pk, at=NOW)
        assert open_stream(creator.pk) == stream


class TestEndForgottenStreams:
    def test_closes_what_is_open_for_twelve_hours(self, creator):
        old, new = start(creator), start_stream(creator=CreatorFactory(), title="x", key="a", at=NOW)
        Stream.objects.filter(pk=old.pk).update(started_at=NOW - dt.timedelta(hours=13))
        assert end_forgotten_streams(at=NOW) == 1
        old.refresh_from_db()
        new.refresh_from_db()
        assert (old.ended_at, new.ended_at) == (NOW - dt.timedelta(hours=1), None)
        assert end_forgotten_streams(at=NOW) == 0

    def test_forgets_who_watched_long_ago(self, creator):
        stream = start(creator)
        for age in (dt.timedelta(hours=2), dt.timedelta(minutes=1)):
            StreamAudience.objects.create(stream=stream, process=uuid.uuid4(), viewers=3, seen_at=NOW - age)
        end_forgotten_streams(at=NOW)
        assert StreamAudience.objects.count() == 1


class TestViewersOf:
    def test_adds_up_the_processes_that_still_tell(self, creator):
        stream = start(creator)
        for viewers, seconds in ((3, 1), (4, 5), (9, 60)):
            StreamAudience.objects.create(
                stream=stream,
                process=uuid.uuid4(),
                viewers=viewers,
                seen_at=NOW - dt.timedelta(seconds=seconds),
            )
        assert viewers_of(stream.pk, NOW) == 7


class TestSummary:
    @pytest.fixture
    def stream(self, creator) -> Stream:
        return stream_by(creator, goal=250_00, goal_unit=DIAMOND)

    def told(self, stream):
        return summary(stream, NOW + dt.timedelta(hours=1))

    def test_of_a_quiet_stream_is_empty(self, stream):
        told = self.told(stream)
        assert (told.gifts, told.diamonds, told.gifters, told.top) == (0, 0, 0, [])
        assert (told.best_minute, told.reached) == (None, False)

    def test_adds_up_gifts_by_viewer_and_minute(self, creator, stream):
        mara, theo = UserFactory(display_name="Mara"), UserFactory(display_name="Theo")
        gift_to(stream, mara, "lantern")
        gift_to(stream, mara, "spark-tap", 2, at=NOW + dt.timedelta(minutes=5))
        gift_to(stream, theo, "lantern", 2, at=NOW + dt.timedelta(minutes=5, seconds=3))
        end_stream(creator=creator, stream_id=stream.pk, at=NOW + dt.timedelta(minutes=9))
        gift_from(theo, creator, "aurora", at=NOW + dt.timedelta(minutes=10))
        stream.refresh_from_db()
        told = self.told(stream)
        assert (told.gifts, told.coins, told.diamonds, told.gifters) == (5, 307, 307_00, 2)
        assert [(one.name, one.coins) for one in told.top] == [("Theo", 198), ("Mara", 109)]
        assert (told.best_minute, told.best_diamonds) == (NOW + dt.timedelta(minutes=5), 208_00)
        assert (told.raised, told.reached) == (307_00, True)

    def test_leaves_out_what_was_taken_back(self, creator, stream):
        mara = UserFactory(display_name="Mara")
        gift_to(stream, mara, "lantern")
        taken_back(gift_to(stream, UserFactory(), "aurora"))
        told = self.told(stream)
        assert (told.gifts, told.diamonds, told.gifters, told.reached) == (1, 99_00, 1, False)
        assert [one.name for one in told.top] == ["Mara"]

    def test_counts_no_coins_of_which_a_dispute_took_the_diamonds(self, creator, stream):
        mara, theo = UserFactory(display_name="Mara"), UserFactory(display_name="Theo")
        purchase = paid(mara, coins=70)
        gift_to(stream, theo, "kite")
        send = {"viewer": mara, "creator": creator, "gift_type": gift_type("kite"), "quantity": 1}
        send_gift(**send, key="g", at=NOW)
        handle_payment_event(event=dispute_event(purchase), at=NOW)
        told = self.told(stream)
        assert (told.coins, told.diamonds) == (49, 49_00)
        assert [(one.name, one.coins) for one in told.top] == [("Theo", 49)]
        handle_payment_event(event=dispute_event(purchase, state=DisputeState.WON), at=NOW)
        assert (self.told(stream).coins, len(self.told(stream).top)) == (98, 2)

    def test_names_nobody_who_gave_anonymously(self, creator, stream):
        gift_to(stream, UserFactory(display_name="Mara"), "lantern", anonymous=True)
        told = self.told(stream)
        assert (told.gifts, told.gifters, told.top) == (1, 1, [])

    def test_takes_three_statements_whatever_the_number(self, creator, stream, django_assert_num_queries):
        for _ in range(3):
            gift_to(stream, UserFactory())
        with django_assert_num_queries(3):
            self.told(stream)

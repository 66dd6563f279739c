"""The live feed over a real socket: who hears what, how often, and what becomes of those who were away."""

import datetime as dt
import threading
import time
import uuid

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.concurrency.threads import PATIENCE, race
from tests.factories.gifts import gift_from, gift_type, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import dispute_event, paid
from tests.factories.streams import stream_by, taken_back
from tests.feed import running_feed
from wallets.feed import reader, tickets
from wallets.models import Gift, Overlay, StreamAudience
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import send_gift
from wallets.operations.streams import end_stream

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def creator():
    """With a gift of long ago, so that all accounts are open: a late gift holds none back."""
    creator = CreatorFactory(display_name="Lumi Aalto", handle="lumi")
    gift_from(UserFactory(), creator)
    return creator


@pytest.fixture
def mara():
    return UserFactory(display_name="Mara Vogt")


@pytest.fixture
def feed(creator):
    with running_feed() as site:
        yield site


def send(viewer, creator, slug="spark-tap", quantity=1, **facts):
    return gift_from(viewer, creator, slug, quantity, at=timezone.now(), **facts)


class LateGift:
    """A gift whose transaction is open until `commit`. Its moment lies before what is sent meanwhile."""

    def __init__(self, viewer, creator) -> None:
        self._written, self._go, self.gift = threading.Event(), threading.Event(), None
        self._thread = threading.Thread(target=self._send, args=(viewer, creator))
        give_coins(viewer, 5)
        self._thread.start()
        assert self._written.wait(PATIENCE)

    def _send(self, viewer, creator) -> None:
        try:
            with transaction.atomic():
                self.gift = send(viewer, creator)
                self._written.set()
                assert self._go.wait(PATIENCE)
        finally:
            connection.close()

    def commit(self) -> str:
        self._go.set()
        self._thread.join(PATIENCE)
        return str(self.gift.pk)


class TestListening:
    def test_tells_a_gift_to_everybody_who_listens(self, feed, creator, mara):
        ears = [feed.listen(creator) for _ in range(3)]
        for ear in ears:
            assert ear.next("state").data == {"stream": None}
        gift = send(mara, creator, "lantern", 2, message="<b>Bravo</b>")
        for ear in ears:
            told = ear.next("gifts").data["gifts"]
            assert [one["id"] for one in told] == [str(gift.pk)]
            assert (told[0]["sender"], told[0]["message"]) == ("Mara Vogt", "<b>Bravo</b>")
            assert (told[0]["picture"], told[0]["quantity"], told[0]["coins"]) == ("lantern", 2, 198)

    def test_tells_nothing_of_other_creators(self, feed, creator, mara):
        ear = feed.listen(creator)
        ear.next("state")
        send(mara, CreatorFactory())
        gift = send(mara, creator)
        assert ear.gifts(1) == [str(gift.pk)]

    def test_names_nobody_who_gave_anonymously(self, feed, creator, mara):
        stream_by(creator, at=timezone.now())
        ear = feed.listen(creator)
        ear.next("state")
        send(mara, creator, anonymous=True)
        told = ear.next("gifts")
        assert told.data["gifts"][0]["sender"] == ""
        assert (told.data["top"], told.data["coins"]) == ([], 5)
        assert "Mara" not in str(told)
        assert mara.pk.hex not in str(told).replace("-", "")

    def test_joins_the_taps_of_a_streak_under_one_name(self, feed, creator, mara):
        ear, streak = feed.listen(creator), uuid.uuid4()
        ear.next("state")
        sent = [send(mara, creator, streak_id=streak), send(UserFactory(), creator, streak_id=streak)]
        sent.append(send(mara, creator, streak_id=streak))
        told = {}
        while len(told) < 3:
            told |= {gift["id"]: gift["run"] for gift in ear.next("gifts").data["gifts"]}
        first, other, again = (told[str(gift.pk)] for gift in sent)
        assert first == again != other
        assert str(streak) not in told.values()

    def test_tells_what_was_taken_back(self, feed, creator, mara):
        stream_by(creator, at=timezone.now())
        ear = feed.listen(creator)
        ear.next("state")
        gift = send(mara, creator, "lantern")
        assert ear.next("gifts").data["coins"] == 99
        taken_back(gift, at=timezone.now())
        told = ear.next("gifts").data
        assert [(one["id"], one["undone"]) for one in told["taken"]] == [(str(gift.pk), True)]
        assert (told["coins"], told["diamonds"], told["top"]) == (0, 0, [])

    def test_counts_no_coins_of_which_a_dispute_took_the_diamonds(self, feed, creator):
        stream_by(creator, at=timezone.now())
        viewer = UserFactory(display_name="Theo")
        purchase = paid(viewer, at=timezone.now())
        ear = feed.listen(creator)
        ear.next("state")
        facts = {"viewer": viewer, "creator": creator, "gift_type": gift_type("kite"), "quantity": 1}
        send_gift(**facts, key="g", at=timezone.now())
        assert ear.next("gifts").data["top"] == [{"sender": "Theo", "coins": 49}]
        handle_payment_event(event=dispute_event(purchase), at=timezone.now())
        told = ear.next("gifts").data
        assert (told["coins"], told["diamonds"], told["top"]) == (0, 0, [])
        assert feed.listen(creator).next("state").data["top"] == []


class TestStream:
    def test_begins_and_ends_before_those_who_listen(self, feed, creator, mara):
        ear = feed.listen(creator)
        ear.next("state")
        stream = stream_by(creator, at=timezone.now(), goal=50_00, goal_unit="DIAMOND", goal_words="Strings")
        begun = ear.next("state").data
        assert (begun["stream"]["title"], begun["stream"]["goal"], begun["coins"]) == (stream.title, 5000, 0)
        send(mara, creator, "lantern")
        told = ear.next("gifts").data
        assert (told["diamonds"], told["top"]) == (99_00, [{"sender": "Mara Vogt", "coins": 99}])
        end_stream(creator=creator, stream_id=stream.pk, at=timezone.now())
        assert ear.next("ended").data["diamonds"] == 99_00

    def test_is_summed_up_for_those_who_come_later(self, feed, creator, mara):
        stream_by(creator, at=timezone.now())
        send(mara, creator, "lantern")
        send(UserFactory(display_name="Theo"), creator, "aurora")
        taken_back(send(mara, creator, "kite"), at=timezone.now())
        state = feed.listen(creator).next("state").data
        assert (state["coins"], state["diamonds"]) == (1099, 1099_00)
        assert [one["sender"] for one in state["top"]] == ["Theo", "Mara Vogt"]

    def test_counts_those_who_watch(self, feed, creator, monkeypatch):
        monkeypatch.setattr(reader, "COUNT_EVERY", 0.1)
        stream = stream_by(creator, at=timezone.now())
        StreamAudience.objects.create(stream=stream, process=uuid.uuid4(), viewers=4, seen_at=timezone.now())
        StreamAudience.objects.create(
            stream=stream,
            process=uuid.uuid4(),
            viewers=90,
            seen_at=timezone.now() - dt.timedelta(minutes=1),
        )
        digest = tickets.digest("x" * 43)
        Overlay.objects.create(creator=creator, digest=digest, saved_at=timezone.now())
        ear = feed.listen(creator, viewer="mara")
        for viewer in ("mara", "theo", ""):
            feed.listen(creator, viewer=viewer)
        feed.listen(creator, overlay=digest)
        while ear.next("viewers").data["viewers"] != 3 + 4:
            pass
        stream.refresh_from_db()
        assert stream.peak_viewers == 7


class TestReturning:
    """`Last-Event-ID` is what the database's looks have seen: nothing is missed and nothing comes twice."""

    def test_tells_what_was_missed_once(self, feed, creator, mara):
        ear = feed.listen(creator)
        ear.next("state")
        first = send(mara, creator)
        assert ear.gifts(1) == [str(first.pk)]
        ear.close()
        missed = [str(send(mara, creator).pk) for _ in range(3)]
        again = feed.listen(creator, last=ear.last)
        assert again.gifts(3) == missed
        new = send(mara, creator)
        assert again.gifts(1) == [str(new.pk)]

    def test_tells_nothing_again_where_nothing_was_missed(self, feed, creator, mara):
        ear = feed.listen(creator)
        ear.next("state")
        send(mara, creator)
        ear.gifts(1)
        for _ in range(3):
            ear.close()
            ear = feed.listen(creator, last=ear.last)
            ear.next("state")
        new = send(mara, creator)
        assert ear.gifts(1) == [str(new.pk)]

    def test_tells_a_gift_that_was_sent_before_but_committed_after(self, feed, creator, mara):
        late = LateGift(UserFactory(), creator)
        ear = feed.listen(creator)
        ear.next("state")
        early = send(mara, creator)
        assert ear.gifts(1) == [str(early.pk)]
        ear.close()
        gift = late.commit()
        assert gift < str(early.pk)
        again = feed.listen(creator, last=ear.last)
        assert again.gifts(1) == [gift]
        new = send(mara, creator)
        assert again.gifts(1) == [str(new.pk)]

    def test_would_miss_that_gift_by_its_id(self, creator, mara):
        """The control: whoever asks for what is newer than the last id or moment never hears of it."""
        late = LateGift(UserFactory(), creator)
        early = send(mara, creator)
        gift = late.commit()
        newer = Gift.objects.filter(creator=creator, id__gt=early.pk) | Gift.objects.filter(
            creator=creator, sent_at__gt=early.sent_at
        )
        assert Gift.objects.filter(pk=gift).exists()
        assert not newer.exists()

    def test_tells_a_late_gift_to_those_who_stayed(self, feed, creator, mara):
        ear = feed.listen(creator)
        ear.next("state")
        late = LateGift(UserFactory(), creator)
        early = send(mara, creator)
        assert ear.gifts(1) == [str(early.pk)]
        gift = late.commit()
        assert ear.gifts(1) == [gift]

    def test_hears_of_each_gift_once_while_others_race(self, feed, creator):
        """Twelve viewers send while four listeners come and go all the time."""
        start, viewers = feed.listen(creator), [UserFactory() for _ in range(12)]
        position = start.next("state").id
        start.close()
        sending = threading.Semaphore(0)

        def work(number: int) -> list[str]:
            if number < 12:
                sent = [str(send(viewers[number], creator).pk) for _ in range(8)]
                sending.release()
                return sent
            heard, last, over = [], position, False
            while not over:
                over = sending._value == 12
                ear = feed.listen(creator, last=last)
                if not over:
                    time.sleep(0.02 * (number - 10))
                    ear.close()
                while (told := ear.heard.get(timeout=PATIENCE)) is not None:
                    last = told.id or last
                    heard += [gift["id"] for gift in told.data.get("gifts", [])]
                    if over and len(set(heard)) == 12 * 8:
                        ear.close()
            return heard

        results = race(work, 16)
        sent = sorted(gift for one in results[:12] for gift in one)
        for heard in results[12:]:
            assert isinstance(heard, list), heard
            assert sorted(heard) == sent

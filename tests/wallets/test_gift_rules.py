"""What creators and viewers have set is judged by the statement that sends the gift, under the lock."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from ledger import queries
from ledger.chart import COINS_REDEEMED, CREATOR_DIAMONDS_PENDING, VIEWER_COINS
from ledger.operations import IdempotencyConflict, freeze, set_rate, thaw
from tests.factories.gifts import NOW, gift_type, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import Block, CreatorSettings, Gift, Stream, ViewerSettings
from wallets.operations import gifts as operations
from wallets.operations import refusals
from wallets.operations.gifts import send_gift

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def viewer():
    person = UserFactory()
    give_coins(person, 1000)
    return person


@pytest.fixture
def creator():
    return CreatorFactory(display_name="Lumi")


@pytest.fixture
def send(viewer, creator):
    def send_it(key: str = "", **facts):
        facts = {
            "viewer": viewer,
            "creator": creator,
            "gift_type": gift_type(),
            "quantity": 1,
            "key": key or str(uuid.uuid4()),
            "at": NOW,
        } | facts
        return send_gift(**facts)

    return send_it


def _set(viewer, **facts) -> None:
    ViewerSettings.objects.update_or_create(viewer=viewer, defaults=facts)


def _balances(viewer, creator) -> list[int]:
    accounts = [
        VIEWER_COINS.of(viewer.pk),
        COINS_REDEEMED.platform(),
        CREATOR_DIAMONDS_PENDING.of(creator.pk),
    ]
    return list(queries.balances(accounts).values())


class TestSendGiftAtARate:
    def test_refuses_what_would_bring_the_creator_nothing(self, send, viewer, creator):
        facts = {"base": "COIN", "quote": "DIAMOND", "value": Decimal("0.0001"), "by": None, "reason": "Low"}
        set_rate(effective_at=NOW, at=NOW - 60 * DAY, **facts)
        before = _balances(viewer, creator)
        with pytest.raises(operations.WorthNothing, match="bring Lumi nothing"):
            send(quantity=19)
        assert _balances(viewer, creator) == before
        assert not Gift.objects.exists()
        assert send(quantity=200).gift.diamonds == 10


class TestSendGiftKeeps:
    def test_the_stream_that_is_open(self, send, creator):
        ended = Stream.objects.create(
            creator=creator, title="Before", key="before", started_at=NOW - DAY, ended_at=NOW - HOUR
        )
        assert send().gift.stream_id is None
        live = Stream.objects.create(creator=creator, title="Now", key="now", started_at=NOW - HOUR)
        assert send("a").gift.stream_id == live.pk != ended.pk
        assert Gift.objects.latest("id").stream == live
        assert send(creator=CreatorFactory()).gift.stream_id is None

    def test_the_streak(self, send):
        streak = uuid.uuid4()
        send("a", streak_id=streak)
        send("b", streak_id=streak)
        assert list(Gift.objects.values_list("streak_id", flat=True)) == [streak, streak]

    @pytest.mark.parametrize(
        ("wanted", "chosen", "kept"),
        [
            (None, None, False),
            (None, True, True),
            (False, True, False),
            (True, False, True),
            (True, None, True),
        ],
    )
    def test_whether_the_viewer_shows_their_name(self, send, viewer, wanted, chosen, kept):
        if chosen is not None:
            _set(viewer, anonymous=chosen)
        sent = send("a", anonymous=wanted)
        assert sent.gift.anonymous is kept
        assert Gift.objects.get().anonymous is kept
        assert send("a", anonymous=wanted).replayed

    @pytest.mark.parametrize(
        "facts", [{"streak_id": uuid.uuid4()}, {"anonymous": True}], ids=["streak", "name"]
    )
    def test_both_apart_under_one_key(self, send, facts):
        send("a")
        with pytest.raises(IdempotencyConflict):
            send("a", **facts)


def _gifts_off(viewer, creator):
    CreatorSettings.objects.create(creator=creator, gifts_off=True, note="On holiday")


def _blocked(viewer, creator):
    Block.objects.create(blocker=creator, blocked=viewer, blocked_at=NOW)


def _unwanted_words(viewer, creator):
    CreatorSettings.objects.create(creator=creator, words=["spoiler"])


def _cooling_off(viewer, creator):
    _set(viewer, cool_off_until=NOW + DAY)


def _daily_cap(viewer, creator):
    _set(viewer, daily_cap=4)


def _monthly_cap(viewer, creator):
    _set(viewer, monthly_cap=4)


def _wallet_frozen(viewer, creator):
    freeze([VIEWER_COINS.of(viewer.pk)])


RULES = {
    "gifts_off": (_gifts_off, operations.GiftsOff, "Lumi takes no gifts at the moment. “On holiday”"),
    "not_accepted": (_blocked, refusals.Blocked, "Lumi can't receive this."),
    "unwanted_words": (_unwanted_words, operations.UnwantedWords, "Change the message, then send."),
    "cooling_off": (_cooling_off, refusals.CoolingOff, "until 11 March 2026, 13:00"),
    "daily_cap": (_daily_cap, refusals.CapReached, "limit for a day"),
    "monthly_cap": (_monthly_cap, refusals.CapReached, "limit for a month"),
    "wallet_frozen": (_wallet_frozen, refusals.WalletFrozen, "frozen"),
}


class TestSendGiftRefuses:
    @pytest.mark.parametrize("code", RULES)
    def test_by_a_rule_with_its_own_words_and_moves_nothing(self, send, viewer, creator, code):
        rule, refusal, words = RULES[code]
        first = send("first", message="Sp0íler!")
        rule(viewer, creator)
        before = _balances(viewer, creator), Gift.objects.count()
        with pytest.raises(refusal, match=words) as refused:
            send(message="Sp0íler!")
        assert refused.value.code == code
        assert (_balances(viewer, creator), Gift.objects.count()) == before
        again = send("first", message="Sp0íler!")
        assert again.replayed
        assert again.gift == first.gift

    def test_nothing_of_a_blocked_viewer_s_to_others(self, send, viewer, creator):
        _blocked(viewer, creator)
        assert send(creator=CreatorFactory()).gift
        assert send(viewer=_with_coins()).gift

    def test_nothing_once_it_is_over(self, send, viewer, creator):
        _cooling_off(viewer, creator)
        assert send(at=NOW + DAY).gift
        freeze([VIEWER_COINS.of(viewer.pk)])
        thaw([VIEWER_COINS.of(viewer.pk)])
        assert send(at=NOW + DAY).gift


def _with_coins():
    person = UserFactory()
    give_coins(person, 100)
    return person


class TestCaps:
    def test_let_the_last_coin_pass(self, send, viewer):
        _set(viewer, daily_cap=10, monthly_cap=15)
        send(quantity=2)
        with pytest.raises(refusals.CapReached) as refused:
            send()
        assert refused.value.code == "daily_cap"
        send(at=NOW + DAY)
        with pytest.raises(refusals.CapReached) as refused:
            send(at=NOW + 2 * DAY)
        assert refused.value.code == "monthly_cap"
        assert send(at=dt.datetime(2026, 4, 1, tzinfo=dt.UTC)).gift

    def test_begin_the_day_where_the_viewer_lives(self, send, viewer):
        """23:30 UTC is half past midnight in Berlin."""
        _set(viewer, daily_cap=5, time_zone="Europe/Berlin")
        send(at=NOW)
        send(at=NOW.replace(hour=23, minute=30))
        with pytest.raises(refusals.CapReached):
            send(at=NOW + DAY)

    def test_count_what_was_given_before_they_were_set(self, send, viewer):
        send(quantity=2)
        _set(viewer, daily_cap=14)
        with pytest.raises(refusals.CapReached):
            send()

    @pytest.mark.parametrize(("next_cap", "passes"), [(5, False), (10, True), (None, True)])
    def test_change_at_the_moment_announced(self, send, viewer, next_cap, passes):
        _set(viewer, daily_cap=5, next_daily_cap=next_cap, daily_cap_from=NOW + HOUR)
        send()
        with pytest.raises(refusals.CapReached):
            send()
        if passes:
            assert send(at=NOW + HOUR).gift
        else:
            with pytest.raises(refusals.CapReached):
                send(at=NOW + HOUR)

    def test_count_neither_purchases_nor_gifts_of_others(self, send, viewer, creator):
        _set(viewer, daily_cap=5)
        give_coins(viewer, 100)
        send(viewer=_with_coins())
        assert send().gift

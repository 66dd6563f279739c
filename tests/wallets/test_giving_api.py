"""Undoing, tipping and limits by programs."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from ledger import queries
from ledger.chart import VIEWER_COINS
from tests.factories.gifts import gift_from, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from tests.wallets.test_gift_api import GIFTS, Caller
from wallets.models import CoinTip, Gift, GiftReversal
from wallets.operations.tips import send_tip

pytestmark = pytest.mark.django_db
TIPS, LIMITS = "/api/v1/tips/", "/api/v1/limits/"
SCOPES = ("gifts:read", "gifts:write", "wallet:read", "wallet:write")


@pytest.fixture
def caller(client):
    viewer = UserFactory(display_name="Mara Vogt")
    give_coins(viewer, 100)
    CreatorFactory(handle="lumi")
    return Caller(client, viewer, SCOPES)


def post(caller, path, key=None, **facts):
    headers = caller.headers | ({"Idempotency-Key": key} if key else {})
    return caller.client.post(path, facts, content_type="application/json", headers=headers)


def put(caller, **facts):
    return caller.client.put(LIMITS, facts, content_type="application/json", headers=caller.headers)


class TestGifts:
    def test_take_a_streak_and_leave_out_the_name(self, caller):
        streak = str(uuid.uuid4())
        gift = caller.send(streak_id=streak, anonymous=True).json()
        assert (gift["streak_id"], gift["anonymous"], gift["sender"]) == (streak, True, "Anonymous")
        assert (gift["stream"], gift["undone"]) == (None, False)

    @pytest.mark.parametrize("facts", [{"streak_id": "x"}, {"anonymous": "x"}], ids=str)
    def test_refuse_what_makes_no_sense(self, caller, facts):
        assert caller.send(**facts).status_code == 400
        assert not Gift.objects.exists()


class TestUndo:
    def test_gives_the_coins_back_once(self, caller):
        gift = caller.send().json()
        for _ in range(2):
            answer = post(caller, f"{GIFTS}{gift['id']}/undo/")
            assert (answer.status_code, answer.json()) == (200, gift | {"undone": True})
        assert caller.coins() == 100
        assert [each["undone"] for each in caller.get(GIFTS).json()["results"]] == [True]

    def test_is_refused_with_a_code(self, caller):
        late = gift_from(caller.person, CreatorFactory(), at=timezone.now() - dt.timedelta(minutes=1))
        answer = post(caller, f"{GIFTS}{late.pk}/undo/")
        assert (answer.status_code, answer.json()["code"]) == (422, "too_late")
        other = gift_from(UserFactory(), CreatorFactory(), at=timezone.now())
        assert post(caller, f"{GIFTS}{other.pk}/undo/").status_code == 404
        assert not GiftReversal.objects.exists()


class TestTips:
    def test_move_coins_and_are_told_again(self, caller):
        theo = UserFactory(handle="theo", display_name="Theo")
        answers = [post(caller, TIPS, "k", recipient="Theo", coins=30) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        facts = {"sender": "Mara Vogt", "recipient": "Theo", "coins": "30"}
        assert facts.items() <= answers[0].json().items()
        assert (caller.coins(), queries.balance(VIEWER_COINS.of(theo.pk))) == (70, 30)

    @pytest.mark.parametrize(
        ("facts", "status", "code"),
        [
            ({"coins": 101}, 422, "insufficient_coins"),
            ({"coins": 0}, 422, "invalid_tip"),
            ({"coins": 10**30}, 422, "invalid_tip"),
            ({"coins": "x"}, 400, "invalid"),
            ({"recipient": "nobody"}, 400, "invalid"),
            ({"recipient": "a\x00b"}, 400, "invalid"),
            ({"key": None}, 400, "invalid"),
        ],
        ids=str,
    )
    def test_are_refused_with_a_code(self, caller, facts, status, code):
        UserFactory(handle="theo")
        answer = post(caller, TIPS, **({"recipient": "theo", "coins": 5, "key": "k"} | facts))
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not CoinTip.objects.exists()

    def test_conflict_under_one_key(self, caller):
        UserFactory(handle="theo")
        post(caller, TIPS, "k", recipient="theo", coins=5)
        assert post(caller, TIPS, "k", recipient="theo", coins=6).status_code == 409

    def test_are_listed_for_both(self, caller, django_assert_num_queries):
        theo = UserFactory()
        for number in (1, 2):
            send_tip(sender=caller.person, recipient=theo, coins=1, key=str(number), at=timezone.now())
            with django_assert_num_queries(2):
                assert len(caller.get(TIPS).json()["results"]) == number
        assert len(Caller(caller.client, theo).get(TIPS).json()["results"]) == 2


class TestLimits:
    def test_are_set_and_told(self, caller, django_assert_num_queries):
        caller.send()
        answer = put(caller, daily=50, monthly=None)
        assert (answer.status_code, answer.json()["daily"], answer.json()["monthly"]) == (200, "50", None)
        assert (answer.json()["given_today"], answer.json()["given_this_month"]) == ("49", "49")
        waiting = put(caller, daily=60, monthly=None).json()
        assert (waiting["daily"], waiting["next_daily"]) == ("50", "60")
        assert waiting["daily_from"]
        with django_assert_num_queries(3):
            assert caller.get(LIMITS).json() == waiting
        assert caller.send("b", gift_type="paper-star").status_code == 201
        assert caller.send("c", gift_type="paper-star").json()["code"] == "daily_cap"

    @pytest.mark.parametrize("cap", [0, -1, "x", 10**30])
    def test_refuse_what_makes_no_sense(self, caller, cap):
        assert put(caller, daily=cap, monthly=None).status_code == 400

    def test_need_both_caps_to_be_said(self, caller):
        assert put(caller, daily=5).status_code == 400

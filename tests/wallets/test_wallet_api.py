"""What moved a wallet, and how its owner and creators set up giving, by programs."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from tests.factories.gifts import gift_from, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import package, paid
from tests.wallets.test_gift_api import Caller
from wallets.models import Block, GiftReversal
from wallets.operations.creator_settings import block_sender
from wallets.operations.undo import undo_gift

pytestmark = pytest.mark.django_db
MOVEMENTS, LIMITS, BLOCKS = "/api/v1/wallet/movements/", "/api/v1/limits/", "/api/v1/gift-blocks/"
SCOPES = ("gifts:read", "gifts:write", "wallet:read", "wallet:write")


@pytest.fixture
def caller(client):
    CreatorFactory(handle="lumi", display_name="Lumi Aalto")
    return Caller(client, UserFactory(), SCOPES)


def ask(caller, method: str, path: str, **facts):
    return getattr(caller.client, method)(
        path, facts, content_type="application/json", headers=caller.headers
    )


def refused(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


class TestMovements:
    def test_add_up_page_by_page_in_both_directions(self, caller):
        give_coins(caller.person, 200)
        streak = uuid.uuid4()
        for key in "abc":
            caller.send(key, streak_id=str(streak))
        found, ends, address = [], [], f"{MOVEMENTS}?page_size=3"
        while address:
            body = caller.get(address).json()
            found += body["results"]
            ends.append((body["previous"], body["next"]))
            address = body["next"]
        assert [row["coins"] for row in found] == ["-49", "-49", "-49", "200"]
        assert [row["balance"] for row in found] == ["53", "102", "151", "200"]
        assert found[0]["title"] == "Kite × 1 to Lumi Aalto"
        assert (ends[0][0], ends[1][1]) == (None, None)
        assert caller.get(ends[1][0]).json()["results"] == found[:3]

    def test_are_listed_at_a_fixed_cost(self, caller, django_assert_num_queries):
        paid(caller.person, at=timezone.now())
        for number in (1, 2):
            gift = gift_from(caller.person, CreatorFactory(), at=timezone.now())
            undo_gift(viewer=caller.person, gift_id=gift.pk, at=timezone.now())
            with django_assert_num_queries(6):
                rows = caller.get(MOVEMENTS).json()["results"]
            assert len([row for row in rows if row["kind"] == "gift"]) == number
        [bought] = [row for row in rows if row["price"]]
        assert (bought["kind"], bought["price"]["currency"]) == ("coin_purchase", "EUR")

    def test_are_nobody_else_s_and_know_no_other_cursor(self, caller):
        give_coins(UserFactory(), 10)
        assert caller.get(MOVEMENTS).json() == {"next": None, "previous": None, "results": []}
        assert refused(caller.get(MOVEMENTS, cursor="x")) == (400, "invalid")


class TestCoolOff:
    def test_begins_and_only_grows(self, caller):
        give_coins(caller.person, 100)
        until = (timezone.now() + dt.timedelta(days=2)).replace(microsecond=0)
        told = ask(caller, "put", f"{LIMITS}cool-off/", until=until.isoformat()).json()
        assert dt.datetime.fromisoformat(told["cool_off_until"]) == until
        sooner = (until - dt.timedelta(days=1)).isoformat()
        assert refused(ask(caller, "put", f"{LIMITS}cool-off/", until=sooner)) == (422, "cool_off_shortened")
        assert refused(ask(caller, "put", f"{LIMITS}cool-off/", until="2020-01-01T00:00:00Z")) == (
            422,
            "invalid_cool_off",
        )
        assert refused(caller.send()) == (422, "cooling_off")
        assert caller.coins() == 100


class TestSenderSettings:
    def test_hold_for_the_next_gift(self, caller):
        give_coins(caller.person, 100)
        path = "/api/v1/sender-settings/"
        assert caller.get(path).json() == {"anonymous": False}
        assert ask(caller, "put", path, anonymous=True).json() == caller.get(path).json()
        assert caller.send().json()["sender"] == "Anonymous"


class TestPreview:
    def test_tells_both_sides_of_a_gift(self, caller, django_assert_num_queries):
        give_coins(caller.person, 100)
        package()
        caller.send()
        path = "/api/v1/gift-types/kite/preview/"
        with django_assert_num_queries(7):
            told = caller.get(path, quantity=2).json()
        assert (told["coins"], told["diamonds"], told["balance"], told["missing"]) == (
            "98",
            "98.00",
            "51",
            "47",
        )
        assert told["price"]["currency"] == told["worth"]["currency"] == "EUR"
        assert 0 < told["worth"]["amount"] < told["price"]["amount"]

    def test_knows_only_what_is_on_sale(self, caller):
        caller.send()
        assert caller.get("/api/v1/gift-types/none/preview/").status_code == 404
        for quantity in (0, 1_000, "x"):
            answer = caller.get("/api/v1/gift-types/kite/preview/", quantity=quantity)
            assert refused(answer) == (400, "invalid")


class TestUndoStreak:
    def test_gives_back_what_is_young_enough(self, caller):
        give_coins(caller.person, 200)
        streak = str(uuid.uuid4())
        taps = [caller.send(key, streak_id=streak).json()["id"] for key in "ab"]
        answer = ask(caller, "post", f"/api/v1/streaks/{streak}/undo/")
        assert [(each["id"], each["undone"]) for each in answer.json()] == [(tap, True) for tap in taps[::-1]]
        assert caller.coins() == 200
        other = ask(caller, "post", f"/api/v1/streaks/{uuid.uuid4()}/undo/")
        assert refused(other) == (422, "too_late")
        assert GiftReversal.objects.count() == 2


@pytest.fixture
def creator(client):
    return Caller(client, CreatorFactory(), SCOPES)


class TestGiftSettings:
    PATH = "/api/v1/gift-settings/"

    def test_hold_for_what_comes(self, creator):
        facts = {"gifts_off": True, "note": "Back in May.", "words": ["Spoiler"]}
        assert ask(creator, "put", self.PATH, **facts).json() == facts | {"words": ["spoiler"]}
        assert creator.get(self.PATH).json()["gifts_off"] is True
        much = facts | {"note": "x" * 141}
        assert refused(ask(creator, "put", self.PATH, **much)) == (422, "note_too_long")

    def test_are_for_creators(self, caller):
        assert refused(caller.get(self.PATH)) == (403, "not_a_creator")


class TestBlocks:
    def test_are_made_by_a_gift_listed_and_lifted(self, creator, django_assert_num_queries):
        gifts = [gift_from(UserFactory(display_name=name), creator.person) for name in "ab"]
        for number, gift in enumerate(gifts, 1):
            made = [ask(creator, "post", BLOCKS, gift=str(gift.pk)).json() for _ in range(2)]
            assert made[0] == made[1]
            with django_assert_num_queries(2):
                assert len(creator.get(BLOCKS).json()["results"]) == number
        assert [row["name"] for row in creator.get(BLOCKS).json()["results"]] == ["b", "a"]
        assert ask(creator, "delete", f"{BLOCKS}{made[0]['id']}/").status_code == 204
        assert len(creator.get(BLOCKS).json()["results"]) == 1

    def test_keep_a_name_that_was_not_shown(self, creator):
        ask(creator, "post", BLOCKS, gift=str(gift_from(UserFactory(), creator.person, anonymous=True).pk))
        assert [row["name"] for row in creator.get(BLOCKS).json()["results"]] == [""]

    def test_are_each_creator_s_own(self, creator):
        theirs = gift_from(UserFactory(), CreatorFactory())
        block = block_sender(creator=theirs.creator, gift_id=theirs.pk, at=timezone.now())
        assert refused(ask(creator, "post", BLOCKS, gift=str(theirs.pk))) == (404, "not_found")
        assert refused(ask(creator, "delete", f"{BLOCKS}{block.pk}/")) == (404, "not_found")
        assert creator.get(BLOCKS).json()["results"] == []
        assert Block.objects.get() == block

import uuid

import pytest
from rest_framework.serializers import Serializer

from ledger import queries
from ledger.chart import CREATOR_DIAMONDS_PENDING, VIEWER_COINS
from tests.factories.gifts import gift_from, give_coins
from tests.factories.keys import issue_key
from tests.factories.people import CreatorFactory, UserFactory
from wallets.api.gifts import GiftSerializer
from wallets.models import Gift, GiftType
from wallets.queries.gift_wishes import forget

pytestmark = pytest.mark.django_db
GIFTS, TYPES, CREATORS = "/api/v1/gifts/", "/api/v1/gift-types/", "/api/v1/creators/"


class Caller:
    """A program with a key of its person."""

    def __init__(self, client, person, scopes=("gifts:read", "gifts:write")) -> None:
        self.client, self.person = client, person
        self.headers = {"Authorization": f"Bearer {issue_key(user=person, name='test', scopes=list(scopes))}"}

    def get(self, path, **query):
        return self.client.get(path, query, headers=self.headers)

    def send(self, key="k", **facts):
        facts = {"creator": "lumi", "gift_type": "kite"} | facts
        headers = self.headers | ({"Idempotency-Key": key} if key is not None else {})
        return self.client.post(GIFTS, facts, content_type="application/json", headers=headers)

    def coins(self) -> int:
        return queries.balance(VIEWER_COINS.of(self.person.pk))


@pytest.fixture
def creator():
    return CreatorFactory(handle="lumi", display_name="Lumi Aalto")


@pytest.fixture
def caller(client):
    viewer = UserFactory(display_name="Mara Vogt")
    give_coins(viewer, 100)
    return Caller(client, viewer)


class TestPermissions:
    @pytest.mark.parametrize("path", [GIFTS, TYPES, f"{CREATORS}lumi/"])
    def test_need_a_key_with_the_scope(self, client, creator, path):
        assert client.get(path).status_code == 401
        assert Caller(client, creator, ["wallet:read"]).get(path).status_code == 403
        assert Caller(client, creator, ["gifts:read"]).get(path).status_code == 200

    def test_keep_reading_keys_from_sending(self, client, creator):
        viewer = UserFactory()
        give_coins(viewer, 100)
        reader = Caller(client, viewer, ["gifts:read"])
        assert reader.send().status_code == 403
        assert reader.coins() == 100


class TestGiftTypes:
    def test_are_those_on_sale_cheapest_first(self, caller, django_assert_num_queries):
        GiftType.objects.filter(slug="kite").update(available_until="2025-01-01T00:00:00Z")
        with django_assert_num_queries(2):
            page = caller.get(TYPES).json()
        assert set(page) == {"next", "previous", "results"}
        assert [kind["slug"] for kind in page["results"]][:3] == ["clover", "paper-star", "spark-tap"]
        assert len(page["results"]) == 22
        assert page["results"][0]["coins"] == "1"

    def test_come_in_pages_that_lose_none(self, caller):
        page = caller.get(TYPES, page_size=1).json()
        slugs = [page["results"][0]["slug"]]
        while page["next"]:
            page = caller.client.get(page["next"], headers=caller.headers).json()
            slugs.append(page["results"][0]["slug"])
        assert slugs == list(GiftType.objects.order_by("coins", "slug").values_list("slug", flat=True))


class TestCreators:
    def test_are_found_by_handle(self, caller, creator):
        assert caller.get(f"{CREATORS}Lumi/").json() == {"handle": "lumi", "name": "Lumi Aalto"}

    @pytest.mark.parametrize("handle", ["nobody", "mara", "%00", "a b"])
    def test_are_not_found_otherwise(self, caller, handle):
        UserFactory(handle="mara")
        answer = caller.get(f"{CREATORS}{handle}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


class TestSending:
    def test_takes_the_coins_and_tells_the_gift(self, caller, creator):
        answer = caller.send(quantity=2, message="Bravo")
        gift = Gift.objects.get()
        assert answer.status_code == 201
        assert answer.json() == {
            "id": str(gift.pk),
            "sender": "Mara Vogt",
            "creator": "lumi",
            "gift_type": "kite",
            "quantity": 2,
            "coins": "98",
            "diamonds": "98.00",
            "message": "Bravo",
            "anonymous": False,
            "stream": None,
            "streak_id": None,
            "sent_at": gift.sent_at.isoformat().replace("+00:00", "Z"),
            "undone": False,
        }
        assert caller.coins() == 2
        assert queries.balance(CREATOR_DIAMONDS_PENDING.of(creator.pk)) == 98_00

    def test_answers_a_repetition_with_the_same_body(self, caller, creator):
        first, second = caller.send(), caller.send()
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.json() == second.json()
        assert caller.coins() == 51

    def test_repeats_a_gift_whose_sale_has_ended_since(self, caller, creator):
        first = caller.send()
        GiftType.objects.filter(slug="kite").update(available_until=Gift.objects.get().sent_at)
        forget()
        assert caller.send().json() == first.json()
        assert caller.send("other").json()["code"] == "not_on_sale"

    def test_repeats_a_gift_to_who_has_stopped_being_a_creator(self, caller, creator):
        first = caller.send()
        creator.is_creator = False
        creator.save()
        forget()
        assert (caller.send().status_code, caller.send().json()) == (201, first.json())
        refused = caller.send("other")
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
        assert refused.json()["detail"] == caller.send(creator="nobody").json()["detail"]
        assert caller.coins() == 51

    def test_takes_a_key_of_a_hundred_characters(self, caller, creator):
        assert caller.send("x" * 100).status_code == 201

    def test_takes_few_queries(self, caller, creator, django_assert_num_queries):
        caller.send(gift_type="clover")
        # The key and the sending.
        with django_assert_num_queries(2):
            caller.send("again", gift_type="clover")
        forget()
        with django_assert_num_queries(3):  # and the creator with the gift type
            caller.send("third", gift_type="clover")


class TestSendingRefuses:
    @pytest.fixture(autouse=True)
    def _nothing_moves(self, caller, creator):
        before = caller.coins(), Gift.objects.count()
        yield
        assert (caller.coins(), Gift.objects.count()) == before
        assert queries.balance(CREATOR_DIAMONDS_PENDING.of(creator.pk)) == 0

    @pytest.mark.parametrize(
        ("facts", "status", "code"),
        [
            ({"quantity": 3}, 422, "insufficient_coins"),
            ({"quantity": 0}, 422, "invalid_quantity"),
            ({"quantity": 1000}, 422, "invalid_quantity"),
            ({"quantity": 10**40}, 422, "invalid_quantity"),
            ({"message": "x" * 141}, 422, "message_too_long"),
            ({"creator": "nobody"}, 404, "not_found"),
            ({"gift_type": "nothing"}, 400, "invalid"),
            ({"gift_type": None}, 400, "invalid"),
            ({"gift_type": "a\x00b"}, 400, "invalid"),
            ({"creator": "a\x00b"}, 400, "invalid"),
            ({"creator": {}}, 400, "invalid"),
            ({"quantity": "x"}, 400, "invalid"),
            ({"quantity": 1.5}, 400, "invalid"),
            ({"message": "\ud800"}, 400, "invalid"),
            ({"message": ["x"]}, 400, "invalid"),
            ({"streak_id": 5}, 400, "invalid"),
            ({"streak_id": "x"}, 400, "invalid"),
            ({"key": None}, 400, "invalid"),
            ({"key": ""}, 400, "invalid"),
            ({"key": "x" * 101}, 400, "invalid"),
        ],
        ids=str,
    )
    def test_with_a_code(self, caller, facts, status, code):
        answer = caller.send(**facts)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"]

    def test_and_says_how_many_coins_are_missing(self, caller):
        assert "47 more are needed" in caller.send(quantity=3).json()["detail"]

    @pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b'"x"', b"\xff"])
    def test_bodies_that_are_no_object(self, caller, body):
        headers = caller.headers | {"Idempotency-Key": "k"}
        answer = caller.client.post(GIFTS, body, content_type="application/json", headers=headers)
        assert answer.status_code == 400

    def test_gifts_to_oneself(self, client, creator):
        assert Caller(client, creator).send().json()["code"] == "own_gift"


class TestSendingConflicts:
    @pytest.mark.parametrize("facts", [{"quantity": 2}, {"gift_type": "clover"}, {"message": "Hi"}], ids=str)
    def test_with_a_key_used_for_another_gift(self, caller, creator, facts):
        caller.send()
        answer = caller.send(**facts)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_conflict")
        assert caller.coins() == 51


class TestListing:
    def test_shows_what_was_sent_newest_first(self, caller, creator, django_assert_num_queries):
        caller.send("a", gift_type="clover")
        caller.send("b")
        gift_from(UserFactory(), creator)
        with django_assert_num_queries(2):
            page = caller.get(GIFTS).json()
        assert [gift["gift_type"] for gift in page["results"]] == ["kite", "clover"]

    def test_shows_what_was_received(self, client, creator, django_assert_num_queries):
        for _ in range(3):
            gift_from(UserFactory(), creator)
        receiver = Caller(client, creator)
        with django_assert_num_queries(2):
            page = receiver.get(GIFTS, direction="received").json()
        assert len(page["results"]) == 3
        assert receiver.get(GIFTS).json()["results"] == []

    @pytest.mark.parametrize("direction", ["sent", "received"])
    def test_pages_lose_none_and_repeat_none(self, client, creator, direction):
        viewer = UserFactory()
        for _ in range(5):
            gift_from(viewer, creator)
        caller = Caller(client, viewer if direction == "sent" else creator)
        page = caller.get(GIFTS, direction=direction, page_size=2).json()
        seen = [gift["id"] for gift in page["results"]]
        while page["next"]:
            page = client.get(page["next"], headers=caller.headers).json()
            seen += [gift["id"] for gift in page["results"]]
        assert sorted(seen) == sorted(str(pk) for pk in Gift.objects.values_list("pk", flat=True))

    def test_refuses_an_unknown_direction(self, caller):
        answer = caller.get(GIFTS, direction="sideways")
        assert (answer.status_code, answer.json()["errors"]) == (
            400,
            {"direction": ["Say sent or received."]},
        )

    def test_refuses_what_is_no_cursor(self, caller):
        for odd in ("x", "AAAA", "%00", ""):
            assert caller.get(GIFTS, cursor=odd).json()["errors"].keys() == {"cursor"}, odd


class TestGiftSerializer:
    def test_tells_what_its_fields_would(self, creator):
        viewer = UserFactory(display_name="Mara Vogt")
        give_coins(viewer, 100)
        for gift in (gift_from(viewer, creator), gift_from(viewer, creator, streak_id=uuid.uuid4())):
            by_field = {**Serializer.to_representation(GiftSerializer(), gift)}
            assert GiftSerializer().to_representation(gift) == by_field

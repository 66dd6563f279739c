import datetime as dt
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories.challenges import campaign, claimed, joined
from tests.factories.freezes import freeze_for
from tests.factories.gifts import gift_from
from tests.factories.keys import issue_key
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.promotions import promoted
from tests.factories.purchases import package, paid, recorded
from wallets.models import CoinPurchase
from wallets.operations.packages import NOTICE, change_price
from wallets.providers import ProviderRefused, ProviderUnreachable

WALLET, PACKAGES, PURCHASES = "/api/v1/wallet/", "/api/v1/coin-packages/", "/api/v1/coin-purchases/"


class Caller:
    """A program with a key to one person's wallet."""

    def __init__(self, client, person, scopes=("wallet:read", "wallet:write")) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {issue_key(user=person, name='test', scopes=list(scopes))}"}

    def get(self, path, **query):
        return self.client.get(path, query, headers=self.headers)

    def buy(self, chosen, key="k", **headers):
        return self.wish({"package": str(getattr(chosen, "pk", chosen))}, key, **headers)

    def wish(self, body, key="k", **headers):
        headers = self.headers | ({"Idempotency-Key": key} if key else {}) | headers
        return self.client.post(PURCHASES, body, content_type="application/json", headers=headers)


@pytest.fixture
def caller(client, viewer):
    return Caller(client, viewer)


class TestWallet:
    def test_tells_the_coins_as_a_string(self, caller, viewer, django_assert_num_queries):
        paid(viewer, coins=350)
        with django_assert_num_queries(4):
            assert caller.get(WALLET).json() == {
                "coins": "350", "rewards": [], "frozen": False, "region": "EU",
            }  # fmt: skip

    def test_tells_what_is_frozen_and_which_coins_are_rewards(self, caller, viewer):
        found = campaign()
        joined(viewer, found)
        gift_from(viewer, CreatorFactory())
        reward = claimed(viewer, found)
        freeze_for(viewer)
        told = caller.get(WALLET).json()
        assert (told["coins"], told["frozen"]) == ("3", True)
        (held,) = told["rewards"]
        assert (held["challenge"], held["coins"]) == (found.slug, "3")
        assert dt.datetime.fromisoformat(held["expires_at"]) == reward.expires_at

    def test_answers_unknown_addresses_with_a_problem_whatever_is_sent(self, client, viewer):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(viewer)
        for path in ("/api/v1/nothing/", "/api/nothing/"):
            answer = strict.post(path, {})
            assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")

    @pytest.mark.parametrize("size", ["-1", "0", "x", "1.5", "9" * 5000], ids=["-1", "0", "x", "1.5", "huge"])
    def test_lists_no_pages_of_a_size_that_makes_no_sense(self, caller, size):
        answer = caller.get(PURCHASES, page_size=size)
        assert answer.status_code == 400
        assert "Write a whole number from 1" in answer.json()["errors"]["page_size"][0]
        assert caller.get(PURCHASES, page_size=10**6).status_code == 200


class TestCoinPackages:
    def test_lists_what_can_be_bought_now_smallest_first(self, caller, django_assert_num_queries):
        change_price(
            package_id=package("EU", 70).pk,
            price=90,
            effective_at=timezone.now() + NOTICE * 2,
            at=timezone.now(),
        )
        with django_assert_num_queries(3):
            page = caller.get(PACKAGES).json()
        assert set(page) == {"next", "previous", "results"}
        assert [each["coins"] for each in page["results"]] == [
            *("70", "350", "700", "1400", "3500", "7000", "17500")
        ]
        assert page["results"][0]["price"] == {"amount": 85, "currency": "EUR"}

    def test_counts_yen_in_whole_yen(self, client, db):
        first = Caller(client, UserFactory(country="JP")).get(PACKAGES).json()["results"][0]
        assert first["price"] == {"amount": 110, "currency": "JPY"}

    def test_tells_promotions_what_it_was_and_the_lowest_price(self, caller):
        promoted(starts_at=timezone.now(), stock=3)
        offers = {each["coins"]: each for each in caller.get(PACKAGES).json()["results"]}
        offer = offers["700"]
        assert offer["price"] == {"amount": 672, "currency": "EUR"}
        assert offer["list_price"] == offer["lowest_price"] == {"amount": 840, "currency": "EUR"}
        assert (offer["percent_off"], offer["promotion"]["name"], offer["promotion"]["left"]) == (
            20,
            "Spring",
            3,
        )
        assert (offers["70"]["promotion"], offers["70"]["list_price"]) == (None, None)

    def test_counts_bonus_coins_among_the_coins(self, caller):
        promoted(bonus_coins=70, starts_at=timezone.now())
        offer = caller.get(PACKAGES).json()["results"][2]
        assert (offer["coins"], offer["bonus_coins"], offer["list_price"]) == ("770", "70", None)


class TestCoinPurchases:
    def test_lists_ones_own_newest_first(self, caller, viewer, django_assert_num_queries):
        recorded(UserFactory())
        mine = [recorded(viewer), paid(viewer, coins=350)]
        with django_assert_num_queries(2):
            page = caller.get(PURCHASES, page_size=1).json()
        assert [each["id"] for each in page["results"]] == [str(mine[1].pk)]
        assert page["results"][0]["state"] == "paid"
        older = caller.get(page["next"]).json()
        assert [each["id"] for each in older["results"]] == [str(mine[0].pk)]

    def test_reads_one(self, caller, viewer):
        purchase = recorded(viewer)
        told = caller.get(f"{PURCHASES}{purchase.pk}/").json()
        assert told["price"] == {"amount": 85, "currency": "EUR"}
        assert (told["coins"], told["state"], told["checkout_url"]) == ("70", "created", "")

    def test_does_not_find_other_peoples(self, caller):
        answer = caller.get(f"{PURCHASES}{recorded(UserFactory()).pk}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_starts_one_and_tells_where_to_pay(self, caller, desk):
        answer = caller.buy(package())
        assert answer.status_code == 201
        assert answer.json()["checkout_url"] == f"https://pay.test/{answer.json()['id']}"

    def test_takes_a_key_of_a_hundred_characters(self, caller, desk):
        assert caller.buy(package(), key="x" * 100).status_code == 201

    def test_starts_one_for_a_repeated_key(self, caller, desk):
        assert caller.buy(package()).json() == caller.buy(package()).json()
        assert CoinPurchase.objects.count() == 1

    def test_refuses_a_key_used_for_something_else(self, caller, desk, nothing_moves):
        caller.buy(package())
        answer = caller.buy(package(coins=350))
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_conflict")

    @pytest.mark.parametrize("key", [None, "x" * 101])
    def test_asks_for_a_key(self, caller, desk, nothing_moves, key):
        answer = caller.buy(package(), key=key)
        assert answer.status_code == 400
        assert "Idempotency-Key" in answer.json()["errors"]

    @pytest.mark.parametrize("chosen", ["x", "", None, "\x00", 7])
    def test_names_the_field_at_fault(self, caller, desk, nothing_moves, chosen):
        answer = caller.buy(chosen)
        assert answer.status_code == 400
        assert "package" in answer.json()["errors"]

    def test_refuses_what_is_not_on_sale_here(self, caller, desk, nothing_moves):
        for chosen in (package("BR"), uuid.uuid4()):
            answer = caller.buy(chosen, key=str(chosen))
            assert (answer.status_code, answer.json()["code"]) == (422, "package_unavailable")

    def test_refuses_to_sell_into_a_frozen_wallet(self, caller, viewer, desk):
        freeze_for(viewer)
        answer = caller.buy(package())
        assert (answer.status_code, answer.json()["code"]) == (422, "wallet_frozen")
        assert not CoinPurchase.objects.exists()

    def test_sells_a_number_of_ones_own(self, caller, desk):
        answer = caller.wish({"coins": 1000, "expected": {"coins": 1000, "price": 1200}})
        assert answer.status_code == 201
        told = answer.json()
        assert (told["coins"], told["bonus_coins"]) == ("1000", "0")
        assert told["price"] == {"amount": 1200, "currency": "EUR"}

    @pytest.mark.parametrize("coins", [0, -1, 69, 40_001, 10**30])
    def test_refuses_too_few_and_too_many(self, caller, desk, nothing_moves, coins):
        answer = caller.wish({"coins": coins})
        assert (answer.status_code, answer.json()["code"]) == (422, "amount_outside_limits")

    def test_refuses_another_offer_than_was_expected(self, caller, desk, nothing_moves):
        answer = caller.wish({"coins": 1000, "expected": {"coins": 1000, "price": 1}})
        assert (answer.status_code, answer.json()["code"]) == (422, "offer_changed")
        assert not CoinPurchase.objects.exists()

    @pytest.mark.parametrize("body", [{}, {"coins": 100, "package": str(uuid.uuid4())}, {"coins": "x"}, []])
    def test_wants_a_package_or_a_number(self, caller, desk, nothing_moves, body):
        assert caller.wish(body).status_code == 400

    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            ({"birth_date": dt.date(2020, 1, 1)}, "too_young"),
            ({"birth_date": None}, "birth_date_unknown"),
            ({"country": ""}, "country_unknown"),
        ],
    )
    def test_sells_to_adults_alone(self, client, db, desk, nothing_moves, facts, code):
        answer = Caller(client, UserFactory(**facts)).wish({"coins": 100})
        assert (answer.status_code, answer.json()["code"]) == (422, code)

    def test_keeps_to_the_spending_limits(self, caller, viewer, desk):
        for _ in range(2):
            paid(viewer, coins=17_500, at=timezone.now())
        answer = caller.buy(package(coins=17_500))
        assert (answer.status_code, answer.json()["code"]) == (422, "limit_reached")
        assert "fits again from" in answer.json()["detail"]

    @pytest.mark.parametrize(
        ("fault", "status", "code"),
        [
            (ProviderRefused("No"), 422, "checkout_refused"),
            (ProviderUnreachable("time-out"), 503, "provider_unreachable"),
        ],
    )
    def test_tells_what_is_wrong_with_the_provider(self, caller, desk, nothing_moves, fault, status, code):
        desk.fault, chosen = fault, package()
        answer = caller.buy(chosen)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        desk.fault = None
        again = caller.buy(chosen)
        assert (again.status_code, again.json()["state"], len(desk.opened)) == (201, "pending", 1)

    def test_keeps_who_may_only_read_from_buying(self, client, viewer, desk):
        answer = Caller(client, viewer, scopes=["wallet:read"]).buy(package())
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
        assert not CoinPurchase.objects.exists()


@pytest.mark.django_db
class TestStrangers:
    @pytest.mark.parametrize("path", [WALLET, PACKAGES, PURCHASES])
    def test_are_asked_who_they_are(self, client, path):
        answer = client.get(path)
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"

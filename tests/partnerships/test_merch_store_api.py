"""Shops that a program connects, changes and removes, and what they sent."""

import uuid

import pytest
import time_machine

from partnerships.merch_states import Platform
from partnerships.models import RawDelivery, Store
from partnerships.operations.store_deliveries import receive
from partnerships.operations.stores import MOST_STORES, UnknownStore
from portal.models import StoredAnswer
from tests.factories.keys import issue_key
from tests.factories.partnerships_merch import NOW, SHOPIFY_KEY, order_payload, send, signed, store_of
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
STORES = "/api/v1/merch-stores/"
WISH = {"platform": "generic", "name": "Lumi’s shop", "currency": "EUR"}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def creator():
    return CreatorFactory()


@pytest.fixture
def api(client, creator):
    bearer = f"Bearer {issue_key(user=creator, scopes=['merch:read', 'merch:write'])}"

    def ask(method: str, path: str, body: dict | None = None, key: str = ""):
        headers = {"Authorization": bearer, "Idempotency-Key": key or uuid.uuid4().hex}
        return getattr(client, method)(path, body, content_type="application/json", headers=headers)

    return ask


def refused(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


class TestConnecting:
    @pytest.mark.parametrize("platform", ["generic", "woocommerce"])
    def test_gives_a_secret_that_signs_and_that_nothing_else_shows(self, api, platform):
        wish = WISH | {"platform": platform, "fee_fixed": {"amount": 30, "currency": "EUR"}}
        first, again = (api("post", STORES, wish, key="k") for _ in range(2))
        assert (first.status_code, again.json()) == (201, first.json())
        made, store = first.json(), Store.objects.get()
        assert made["address"].endswith(f"/hooks/stores/{store.pk}/")
        assert (made["secret"], made["fee_fixed"]["amount"]) == (store.secret, 30)
        assert made["secret"]
        headers = signed(store, b"{}", topic="order.created")
        assert receive(store_id=store.pk, headers=headers, body=b"{}", at=NOW)
        assert not StoredAnswer.objects.exists()
        for shown in (api("get", STORES), api("get", f"{STORES}{store.pk}/")):
            assert made["secret"] not in shown.text
        other = api("post", STORES, wish | {"name": "Other"}, key="k")
        assert refused(other) == (409, "idempotency_conflict")

    def test_takes_the_key_that_shopify_shows_then_or_later(self, api):
        wish = WISH | {"platform": "shopify", "domain": "https://Lumi.myshopify.example/admin"}
        whole = api("post", STORES, wish | {"secret": SHOPIFY_KEY}, key="k").json()
        assert (whole["secret"], whole["domain"]) == (SHOPIFY_KEY, "lumi.myshopify.example")
        other = api("post", STORES, wish | {"secret": SHOPIFY_KEY + "s"}, key="k")
        assert refused(other) == (409, "idempotency_conflict")
        later = api("post", STORES, wish).json()
        assert later["secret"] == ""
        path = f"{STORES}{later['id']}/shopify-key/"
        assert SHOPIFY_KEY not in api("put", path, {"secret": SHOPIFY_KEY}).text
        assert Store.objects.get(pk=later["id"]).secret == SHOPIFY_KEY
        assert refused(api("put", path, {"secret": SHOPIFY_KEY})) == (422, "wrong_key")

    @pytest.mark.parametrize(
        ("change", "status", "code"),
        [
            ({"platform": "etsy"}, 400, "invalid"),
            ({"currency": "EUX"}, 400, "invalid"),
            ({"secret": SHOPIFY_KEY}, 400, "invalid"),
            ({"platform": "shopify", "secret": "short"}, 422, "wrong_key"),
            ({"fee_fixed": {"amount": 30, "currency": "USD"}}, 400, "invalid"),
            ({"fee_fixed": {"amount": 100_001, "currency": "EUR"}}, 400, "invalid"),
            ({"fee_per_mille": 1001}, 400, "invalid"),
        ],
        ids=["platform", "currency", "ours", "short", "fee-currency", "fee", "per-mille"],
    )
    def test_refuses_what_is_no_shop(self, api, change, status, code):
        assert refused(api("post", STORES, WISH | change)) == (status, code)
        assert not Store.objects.exists()

    @pytest.mark.parametrize("platform", ["generic", "woocommerce"])
    def test_gives_another_secret_once_for_each_key(self, api, creator, platform):
        store = store_of(creator, platform=Platform(platform))
        path, headers = f"{STORES}{store.pk}/rotate-secret/", signed(store, b"{}", topic="order.created")
        first, again = (api("post", path, key="k") for _ in range(2))
        assert (first.status_code, again.json()) == (200, first.json())
        made = Store.objects.get(pk=store.pk)
        assert first.json()["secret"] == made.secret != store.secret
        assert receive(store_id=store.pk, headers=headers, body=b"{}", at=NOW)
        assert receive(store_id=store.pk, headers=signed(made, b"{}"), body=b"{}", at=NOW)
        assert api("post", path).json()["secret"] not in (made.secret, store.secret)
        assert not StoredAnswer.objects.exists()

    def test_takes_shopify_s_key_and_makes_none(self, api, creator):
        store = store_of(creator, platform=Platform.SHOPIFY)
        assert refused(api("post", f"{STORES}{store.pk}/rotate-secret/")) == (422, "made_by_shopify")
        store.refresh_from_db()
        assert store.secret == SHOPIFY_KEY

    def test_ends_at_so_many(self, api, creator):
        facts = {"creator": creator, "platform": Platform.GENERIC, "currency": "EUR", "connected_at": NOW}
        Store.objects.bulk_create(Store(name=str(number), **facts) for number in range(MOST_STORES))
        assert refused(api("post", STORES, WISH)) == (422, "too_many_stores")


class TestStores:
    def test_are_changed_where_something_is_said(self, api, creator):
        store = store_of(creator, fee_fixed=30, fee_per_mille=29)
        changed = api("patch", f"{STORES}{store.pk}/", {"name": "Lamps", "fee_per_mille": 0}).json()
        assert (changed["name"], changed["fee_per_mille"], changed["fee_fixed"]["amount"]) == ("Lamps", 0, 30)
        for wrong in ({"currency": "EUR"}, {"fee_fixed": {"amount": 1, "currency": "EUR"}}, {"name": ""}):
            assert refused(api("patch", f"{STORES}{store.pk}/", wrong)) == (400, "invalid"), wrong
        assert refused(api("put", f"{STORES}{store.pk}/shopify-key/", {"secret": SHOPIFY_KEY}))[0] == 400

    def test_are_removed_for_good(self, api, creator):
        store = store_of(creator)
        headers = signed(store, b"{}")
        assert api("delete", f"{STORES}{store.pk}/").status_code == 204
        with pytest.raises(UnknownStore):
            receive(store_id=store.pk, headers=headers, body=b"{}", at=NOW)
        assert refused(api("delete", f"{STORES}{store.pk}/")) == (404, "not_found")

    def test_are_each_creator_s_own(self, api):
        other = store_of()
        sent = send(other, b"no JSON")
        path = f"{STORES}{other.pk}/"
        for method, address, body in (
            ("get", path, None),
            ("patch", path, {"name": "Mine"}),
            ("delete", path, None),
            ("put", f"{path}shopify-key/", {"secret": SHOPIFY_KEY}),
            ("post", f"{path}rotate-secret/", None),
            ("get", f"{path}deliveries/", None),
            ("get", f"{path}deliveries/{sent.pk}/", None),
            ("post", f"{path}deliveries/{sent.pk}/replay/", None),
            ("post", f"{STORES}{store_of(platform=Platform.SHOPIFY).pk}/deliveries/{sent.pk}/replay/", None),
        ):
            assert refused(api(method, address, body)) == (404, "not_found"), address
        other.refresh_from_db()
        assert (other.name, other.state) == ("Lumi’s shop", "active")


class TestDeliveries:
    def test_are_listed_at_a_fixed_cost(self, api, creator, django_assert_num_queries):
        store = store_of(creator)
        path = f"{STORES}{store.pk}/deliveries/"
        for number in (1, 2):
            send(store, order_payload(number))
            api("get", path)
            with django_assert_num_queries(3):  # the first finds the key's person
                rows = api("get", path).json()["results"]
            assert len(rows) == number
        failed = send(store, b"no JSON")
        [row] = api("get", f"{path}?outcome=failed").json()["results"]
        assert (row["id"], row["outcome"], bool(row["reason"])) == (str(failed.pk), "failed", True)
        assert refused(api("get", f"{path}?outcome=x")) == (400, "invalid")

    def test_are_read_as_they_came(self, api, creator):
        store = store_of(creator, platform=Platform.SHOPIFY)
        sent = send(store, '{"name": "Zoë"}'.encode() + b"\xff")
        path = f"{STORES}{store.pk}/deliveries/{sent.pk}/"
        told = api("get", path).json()
        assert (told["body"], told["headers"]) == ('{"name": "Zoë"}\ufffd', sent.headers)
        assert told["headers"]
        api("delete", f"{STORES}{store.pk}/")
        RawDelivery.objects.update(sealed=b"by a key that is lost")
        assert (api("get", path).status_code, api("get", path).json()["body"]) == (200, None)

    def test_are_played_again_where_they_failed(self, api, creator):
        store = store_of(creator, platform=Platform.SHOPIFY, domain="lumi.example")
        body = b'{"id": 1}'
        failed = send(store, body, "shop/update", source="mara.example")
        done = send(store, body, "shop/update", source="lumi.example")
        path = f"{STORES}{store.pk}/"
        assert failed.outcome == "failed"
        assert api("post", f"{path}deliveries/{failed.pk}/replay/").json()["outcome"] == "failed"
        api("patch", path, {"domain": "mara.example"})
        assert api("post", f"{path}deliveries/{failed.pk}/replay/").json()["outcome"] == done.outcome
        for settled in (failed, done):
            assert refused(api("post", f"{path}deliveries/{settled.pk}/replay/")) == (422, "not_replayable")

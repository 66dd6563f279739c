"""Who signed a delivery, and how a store's secret changes."""

import base64
import datetime as dt
import json

import pytest

from partnerships.merch_states import Platform
from partnerships.merchandise.signatures import is_signed, signature
from partnerships.operations.store_deliveries import Forged, receive
from partnerships.operations.stores import OLD_SECRET, UnknownStore, WrongKey, rotate_secret
from tests.factories.partnerships_merch import NOW, SHOPIFY_KEY, order_payload, signed, store_of
from tests.factories.people import CreatorFactory
from tests.partnerships.test_merch_samples import SAMPLES, samples

pytestmark = pytest.mark.django_db
ORDER = json.dumps(order_payload()).encode()


class TestIsSigned:
    @samples
    def test_agrees_with_the_vectors_of_standard_webhooks(self, monkeypatch):
        class Then(dt.datetime):
            @classmethod
            def now(cls, tz=None):
                return cls.fromtimestamp(1614265330, tz)

        monkeypatch.setattr("standardwebhooks.webhooks.datetime", Then)
        vectors = json.loads((SAMPLES / "webhooks" / "standard_webhooks_vectors.json").read_text())
        for vector in vectors:
            headers = {f"webhook-{name}": vector[name] for name in ("id", "timestamp", "signature")}
            body = vector["payload"].encode()
            assert is_signed(Platform.GENERIC, vector["secret"], headers, body) == vector["valid"]

    def test_is_the_hmac_of_rfc_4231(self):
        told = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        made = signature("Jefe", b"what do ya want for nothing?")
        assert base64.b64decode(made).hex() == told

    @pytest.mark.parametrize("told", ["", "é", "AAAA", "v1,"], ids=["none", "not_ascii", "short", "other"])
    @pytest.mark.parametrize("platform", list(Platform), ids=str)
    def test_refuses_whatever_else_stands_there(self, platform, told):
        names = ("x-shopify-hmac-sha256", "x-wc-webhook-signature", "webhook-signature")
        headers = dict.fromkeys(names, told) | {"webhook-id": "m", "webhook-timestamp": "nan"}
        assert not is_signed(platform, "whsec_c2VjcmV0", headers, b"\xff{}")


class TestRotateSecret:
    def test_lets_the_old_one_sign_for_a_day(self):
        store = store_of()
        headers = signed(store, ORDER)
        new = rotate_secret(creator=store.creator, store_id=store.pk, at=NOW)
        assert new.startswith("whsec_")
        assert new != store.secret
        receive(store_id=store.pk, headers=headers, body=ORDER, at=NOW + OLD_SECRET / 2)
        with pytest.raises(Forged):
            receive(store_id=store.pk, headers=headers, body=ORDER, at=NOW + OLD_SECRET)

    def test_keeps_the_one_that_the_shop_has_when_made_twice(self):
        store = store_of()
        headers = signed(store, ORDER)
        rotate_secret(creator=store.creator, store_id=store.pk, at=NOW)
        last = rotate_secret(creator=store.creator, store_id=store.pk, at=NOW + OLD_SECRET / 2)
        receive(store_id=store.pk, headers=headers, body=ORDER, at=NOW + OLD_SECRET / 2)
        store.refresh_from_db()
        assert store.secret == last
        receive(store_id=store.pk, headers=signed(store, ORDER), body=ORDER, at=NOW + OLD_SECRET)
        with pytest.raises(Forged):
            receive(store_id=store.pk, headers=headers, body=ORDER, at=NOW + OLD_SECRET)

    def test_takes_shopifys_own_key_and_no_other_persons_store(self):
        store = store_of(platform=Platform.SHOPIFY)
        facts = {"store_id": store.pk, "at": NOW}
        for key in ("short", SHOPIFY_KEY, "é" * 20):
            with pytest.raises(WrongKey):
                rotate_secret(creator=store.creator, secret=key, **facts)
        with pytest.raises(UnknownStore):
            rotate_secret(creator=CreatorFactory(), secret="another-key-of-shopify", **facts)
        store.refresh_from_db()
        assert store.secret == SHOPIFY_KEY

    def test_keeps_secrets_encrypted(self, django_db_blocker):
        from django.db import connection

        store = store_of()
        with connection.cursor() as cursor:
            cursor.execute("SELECT secret FROM partnerships_store")
            assert store.secret not in cursor.fetchone()[0]

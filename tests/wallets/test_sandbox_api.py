import uuid

import pytest
import requests

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class TestApi:
    ORDER = {
        "reference": "r",
        "title": "70 coins",
        "amount": 85,
        "currency": "EUR",
        "email": "a@example.test",
        "success_url": "http://127.0.0.1/a",
        "cancel_url": "http://127.0.0.1/b",
        "webhook_url": "http://127.0.0.1:9/c",
    }

    @pytest.fixture
    def ask(self, site, settings):
        def post(order: dict, **headers):
            default = {
                "Authorization": f"Bearer {settings.SANDBOX_CHECKOUT_KEY}",
                "Idempotency-Key": str(uuid.uuid4()),
            }
            return requests.post(
                f"{site.url}/v1/checkouts", json=order, headers=default | headers, timeout=10
            )

        return post

    def test_replays_the_answer_to_a_repeated_key(self, ask):
        key = {"Idempotency-Key": str(uuid.uuid4())}
        first, again = ask(self.ORDER, **key), ask(self.ORDER, **key)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()

    def test_refuses_a_key_used_for_something_else(self, ask):
        key = {"Idempotency-Key": str(uuid.uuid4())}
        ask(self.ORDER, **key)
        assert ask(self.ORDER | {"amount": 86}, **key).status_code == 409

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            *(("amount", wrong) for wrong in (0, -85, 0.85, "85", True, None)),
            *(("currency", wrong) for wrong in ("XXX", "COIN", None)),
            ("title", ""),
            ("success_url", "javascript:alert(1)"),
        ],
    )
    def test_refuses_an_order_that_makes_no_sense(self, ask, field, value):
        answer = ask(self.ORDER | {field: value})
        assert answer.status_code == 400
        assert answer.json()["error"]

    @pytest.mark.parametrize(
        ("headers", "status"), [({"Authorization": "Bearer x"}, 401), ({"Idempotency-Key": ""}, 400)]
    )
    def test_asks_for_its_key_and_ours(self, ask, headers, status):
        assert ask(self.ORDER, **headers).status_code == status

    @pytest.mark.parametrize(
        ("headers", "body", "status"),
        [
            ({"Authorization": "Bearer wrong"}, {}, 401),
            ({"Idempotency-Key": ""}, {}, 400),
            ({}, None, 400),
            ({}, {"checkout": "none", "reference": "r", "amount": "5"}, 400),
            ({}, {"checkout": "none", "reference": "r", "amount": 5}, 400),
        ],
    )
    def test_refuses_refunds_that_make_no_sense(self, site, settings, headers, body, status):
        headers = {
            "Authorization": f"Bearer {settings.SANDBOX_CHECKOUT_KEY}",
            "Idempotency-Key": "x",
        } | headers
        answer = requests.post(f"{site.url}/v1/refunds", json=body, headers=headers, timeout=10)
        assert answer.status_code == status
        assert answer.json()["error"]

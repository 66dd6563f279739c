"""Asking for a payout in the studio."""

import datetime as dt
import uuid

import pytest
import time_machine

from ledger.queries import platform_balances
from payouts import quotes
from payouts.models import PayoutPolicy, PayoutRequest
from payouts.operations.methods import retire_method
from payouts.queries import diamonds_of
from tests.factories.payouts import NOW, WHOLE, give_diamonds, requested_payout
from tests.factories.people import CreatorFactory
from tests.payouts.pages import NEW, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW + dt.timedelta(hours=3)):
        yield


def confirmation(client, diamonds="20000") -> dict:
    """The fields of the confirmation form that an amount leads to."""
    key = client.get(NEW).context["form"].initial["key"]
    response = client.post(NEW, {"diamonds": diamonds, "key": key})
    return {field.name: field.value() for field in response.context["form"]}


class TestNew:
    def test_starts_with_all_that_may_be_requested(self, studio):
        assert 'value="20000.00"' in studio.get(NEW).content.decode()

    def test_shows_every_line_before_anything_is_held(self, studio, creator):
        key = uuid.uuid4()
        page = text(studio.post(NEW, {"diamonds": "20000", "key": key}))
        for part in ("€90.45", "−€0.45", "−€0.35", "€89.65", "DE89 •••• 3000", "Nothing is held yet"):
            assert part in page
        assert diamonds_of(creator.pk).held == 0

    def test_requests_once_it_is_confirmed(self, studio, creator):
        fields = confirmation(studio)
        response = studio.post(NEW, fields, follow=True)
        payout = PayoutRequest.objects.get(creator=creator)
        assert response.redirect_chain == [(f"/studio/payouts/{payout.id}/", 302)]
        assert "Requested." in text(response)
        assert diamonds_of(creator.pk).held == WHOLE

    def test_requests_once_though_the_form_is_sent_twice(self, studio, creator):
        fields = confirmation(studio)
        for _ in range(2):
            assert studio.post(NEW, fields).status_code == 302
        assert PayoutRequest.objects.count() == 1

    @pytest.mark.parametrize(
        ("diamonds", "words"),
        [
            ("20000.01", "You have 20,000.00 diamonds available"),
            ("100", "The minimum is €45.00"),
            ("0", "greater than or equal to 0.01"),
            ("-5", "greater than or equal to 0.01"),
            ("1.234", "no more than 2 decimal places"),
            ("", "This field is required"),
            ("NaN", "Enter a number"),
            ("1e999", "Ensure that there are no more than 18 digits"),
            ("a lot", "Enter a number"),
        ],
    )
    def test_says_beside_the_field_what_is_wrong(self, studio, creator, diamonds, words):
        before = platform_balances()
        response = studio.post(NEW, {"diamonds": diamonds, "key": uuid.uuid4()})
        assert response.status_code == 422
        assert words in text(response)
        assert platform_balances() == before

    def test_says_when_fees_would_take_all_of_it(self, studio):
        PayoutPolicy.objects.filter(region="EU").update(minimum=1)
        response = studio.post(NEW, {"diamonds": "10", "key": uuid.uuid4()})
        assert (response.status_code, "would take all of it" in text(response)) == (422, True)

    def test_says_that_the_account_was_removed_meanwhile(self, studio, creator, monkeypatch):
        real = quotes.quote

        def quote_while_it_is_removed(**asked):
            retire_method(owner=creator, method_id=creator.payout_methods.get().pk, at=NOW)
            return real(**asked)

        monkeypatch.setattr(quotes, "quote", quote_while_it_is_removed)
        response = studio.post(NEW, {"diamonds": "20000", "key": uuid.uuid4()})
        assert (response.status_code, "was removed a moment ago" in text(response)) == (422, True)

    @pytest.mark.parametrize("change", [{"net": "1"}, {"diamonds": "30000"}, {"method": str(uuid.uuid4())}])
    def test_moves_nothing_when_the_confirmation_was_altered(self, studio, creator, change):
        fields = confirmation(studio) | change
        before = platform_balances()
        assert studio.post(NEW, fields).status_code == 422
        assert platform_balances() == before

    @pytest.mark.parametrize(
        "change", [{"net": ""}, {"net": "9" * 30}, {"key": "x"}, {"method": "x"}, {"diamonds": "x"}]
    )
    def test_survives_nonsense_in_the_confirmation(self, studio, creator, change):
        response = studio.post(NEW, confirmation(studio) | change, follow=True)
        assert "nothing was requested" in text(response)
        assert not PayoutRequest.objects.exists()

    def test_says_when_another_is_under_way(self, studio, creator):
        payout = requested_payout(creator)
        give_diamonds(creator, WHOLE, key="more")
        response = studio.post(NEW, {"diamonds": "20000", "key": uuid.uuid4()})
        assert payout.reference in text(response)
        assert PayoutRequest.objects.count() == 1

    def test_says_where_payouts_are_closed(self, client):
        client.force_login(CreatorFactory(country="NG"))
        assert "Payouts are not open in Nigeria yet." in text(client.get(NEW))


class TestQuote:
    @pytest.mark.parametrize(
        ("diamonds", "words"),
        [
            ("20000", "€89.65"),
            ("10", "would take all of it"),
            ("5000", "The minimum is €45.00"),
            ("", "Enter an amount"),
            ("x", "Enter an amount"),
            ("9" * 30, "Enter an amount"),
        ],
    )
    def test_follows_what_is_typed(self, studio, diamonds, words):
        response = studio.get("/studio/payouts/quote/", {"diamonds": diamonds})
        assert (response.status_code, words in text(response)) == (200, True)

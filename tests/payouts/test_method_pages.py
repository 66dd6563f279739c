"""Methods in the studio."""

import datetime as dt
import html

import pytest
import time_machine
from django.urls import reverse

from payouts.models import PayoutMethod
from tests.factories.payouts import NOW, PayoutMethodFactory
from tests.factories.people import CreatorFactory
from tests.payouts.pages import ADD, METHODS, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW + dt.timedelta(hours=3)):
        yield


@pytest.fixture
def proven(client):
    """A creator who has just given the password."""
    creator = CreatorFactory()
    client.user = creator
    client.force_login(creator)
    client.post("/accounts/reauthenticate/", {"password": "portal-demo"})
    return client


class TestMethods:
    FORM = {"holder": "Lumi Sommer", "iban": "DE89 3704 0044 0532 0130 00", "bic": ""}

    def test_asks_to_prove_who_you_are(self, studio):
        assert "/accounts/reauthenticate/" in studio.get(ADD).url
        response = studio.post(ADD, self.FORM, follow=True)
        assert "/accounts/reauthenticate/" in response.redirect_chain[-1][0]
        assert PayoutMethod.objects.count() == 1
        assert self.FORM["iban"] not in str(dict(studio.session))

    def test_adds_one_and_shows_it_masked(self, proven):
        response = proven.post(ADD, self.FORM, follow=True)
        assert "DE89 •••• 3000" in text(response)
        assert "DE89370400440532013000" not in response.content.decode()

    def test_takes_none_where_nothing_can_be_sent(self, proven):
        proven.user.country = "US"
        proven.user.save()
        assert "We can't send USD" in html.unescape(text(proven.get(ADD)))
        response = proven.post(ADD, self.FORM)
        assert (response.status_code, PayoutMethod.objects.count()) == (422, 0)
        assert "We can't send USD" in html.unescape(text(response))
        assert proven.get(f"{ADD}iban/").status_code == 404

    def test_explains_the_lock_of_a_changed_one(self, proven):
        PayoutMethodFactory(owner=proven.user)
        assert "A new account waits 5 days" in text(proven.get(ADD))
        response = proven.post(ADD, self.FORM | {"iban": "NL91ABNA0417164300"}, follow=True)
        assert "Locked until" in text(response)

    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("iban", "DE00 0000", "not a valid IBAN"),
            ("iban", "", "This field is required"),
            ("iban", "DE89\x00", "Null characters are not allowed"),
            ("bic", "XX", "not a valid BIC"),
            ("holder", "x" * 71, "at most 70 characters"),
        ],
    )
    def test_says_beside_the_field_what_is_wrong(self, proven, field, value, words):
        response = proven.post(ADD, self.FORM | {field: value})
        assert response.status_code == 422
        assert words in " ".join(response.context["form"].errors[field])
        assert not PayoutMethod.objects.exists()

    def test_removes_one(self, studio, creator):
        method = creator.payout_methods.get()
        response = studio.post(f"{METHODS}{method.pk}/retire/")
        assert response.url == "/accounts/reauthenticate/?next=%2Fstudio%2Fmethods%2F"
        method.refresh_from_db()
        assert method.retired_at is None
        studio.post(reverse("account_reauthenticate"), {"password": "portal-demo"})
        assert "Earlier accounts" in text(studio.post(f"{METHODS}{method.pk}/retire/", follow=True))

    def test_are_nobody_else_s(self, studio):
        method = PayoutMethodFactory()
        studio.post(reverse("account_reauthenticate"), {"password": "portal-demo"})
        assert studio.post(f"{METHODS}{method.pk}/retire/").status_code == 404
        method.refresh_from_db()
        assert method.retired_at is None

    def test_cost_a_fixed_number_of_queries(self, studio, creator, django_assert_num_queries):
        with django_assert_num_queries(10):
            studio.get(METHODS)
        for _ in range(3):
            PayoutMethodFactory(owner=creator, retired_at=NOW)
        with django_assert_num_queries(10):
            studio.get(METHODS)

import re

import pytest
from django.urls import reverse

from payouts.destinations import iban_account
from payouts.models import PayoutMethod, PayoutPolicy, StripeAccount
from payouts.operations.methods import add_method
from payouts.operations.stripe_accounts import (
    NotReady,
    StripeUnavailable,
    start_onboarding,
    use_stripe_account,
)
from tests.factories.payouts import NOW
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
ADD, PAGE, START, USE = (
    "/studio/methods/add/stripe/",
    "/studio/methods/stripe/",
    "/studio/methods/stripe/start/",
    "/studio/methods/stripe/use/",
)


@pytest.fixture
def creator(stripe_site):
    PayoutPolicy.objects.filter(region="EU").update(methods=["stripe"])
    return CreatorFactory()


@pytest.fixture
def studio(client, creator):
    client.force_login(creator)
    return client


@pytest.fixture
def proven(studio):
    studio.post(reverse("account_reauthenticate"), {"password": "portal-demo"})
    return studio


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


class TestStartOnboarding:
    def test_opens_one_account_and_a_link_for_each_visit(self, stripe_site, creator):
        first, second = (start_onboarding(owner=creator, at=NOW) for _ in range(2))
        assert first != second
        (account,) = stripe_site.made("account")
        assert (account["country"], account["email"]) == ("DE", creator.email)
        assert StripeAccount.objects.get().reference == account["id"]
        assert stripe_site.visit(first, "finish").endswith(PAGE)

    @pytest.mark.parametrize("broken", ["deaf", "dead"])
    def test_opens_no_second_account_after_an_unclear_answer(self, stripe_site, creator, broken):
        stripe_site.app.config["BROKEN"] = broken
        with pytest.raises(StripeUnavailable, match="Try again"):
            start_onboarding(owner=creator, at=NOW)
        stripe_site.app.config["BROKEN"] = ""
        start_onboarding(owner=creator, at=NOW)
        assert len(stripe_site.made("account")) == 1

    def test_asks_for_the_agreement_of_receivers_abroad(self, stripe_site, creator, settings):
        settings.STRIPE_CONNECT_COUNTRY = "US"
        start_onboarding(owner=creator, at=NOW)
        with stripe_site.store.writing() as connection:
            (form,) = connection.execute("SELECT form FROM request WHERE path = '/v1/accounts'").fetchone()
        assert '["tos_acceptance[service_agreement]", "recipient"]' in form

    def test_opens_another_where_the_creator_moved_to(self, stripe_site, creator):
        start_onboarding(owner=creator, at=NOW)
        creator.country = "FR"
        start_onboarding(owner=creator, at=NOW)
        assert {account["country"] for account in stripe_site.made("account")} == {"DE", "FR"}


class TestUseStripeAccount:
    def test_takes_what_stripe_sends_money_to(self, stripe_site, creator):
        stripe_site.visit(start_onboarding(owner=creator, at=NOW), "finish")
        method = use_stripe_account(owner=creator, at=NOW)
        (account,) = stripe_site.made("account")
        assert (method.kind, method.details) == ("stripe", {"account": account["id"]})
        assert method.usable_from == NOW
        assert use_stripe_account(owner=creator, at=NOW) == method

    @pytest.mark.parametrize("choice", ["wait", "leave"])
    def test_refuses_what_stripe_does_not_pay_yet(self, stripe_site, creator, choice):
        stripe_site.visit(start_onboarding(owner=creator, at=NOW), choice)
        with pytest.raises(NotReady):
            use_stripe_account(owner=creator, at=NOW)
        assert not PayoutMethod.objects.exists()

    def test_refuses_who_has_none(self, creator):
        with pytest.raises(NotReady):
            use_stripe_account(owner=creator, at=NOW)

    def test_changes_nothing_without_an_answer(self, stripe_site, creator):
        stripe_site.visit(start_onboarding(owner=creator, at=NOW), "finish")
        stripe_site.app.config["BROKEN"] = "dead"
        with pytest.raises(StripeUnavailable):
            use_stripe_account(owner=creator, at=NOW)
        assert not PayoutMethod.objects.exists()


class TestPages:
    def test_lead_to_stripe_and_back_to_a_method(self, stripe_site, proven, creator):
        assert "Go to Stripe" in text(proven.get(ADD))
        link = proven.post(START).url
        assert link.startswith(stripe_site.url)
        stripe_site.visit(link, "leave")
        assert "Stripe still asks for something" in text(proven.get(PAGE))
        assert "Verification document" in text(proven.get(PAGE))
        stripe_site.visit(proven.post(START).url, "wait")
        assert "Stripe is looking at what you sent" in text(proven.get(PAGE))
        stripe_site.visit(proven.post(START).url, "finish")
        assert "Use this account" in text(proven.get(PAGE))
        response = proven.post(USE, follow=True)
        assert "Stripe ••••" in text(response)
        assert "This is where we pay you" in text(proven.get(PAGE))

    def test_ask_to_prove_who_you_are(self, stripe_site, studio, creator):
        for address in (START, USE):
            assert studio.post(address).url.startswith("/accounts/reauthenticate/?next=")
        assert not stripe_site.made("account")
        assert not PayoutMethod.objects.exists()

    def test_tell_of_the_lock_of_a_changed_one(self, stripe_site, studio, creator):
        add_method(owner=creator, holder="Lumi", destination=iban_account("NL91ABNA0417164300"), at=NOW)
        stripe_site.visit(start_onboarding(owner=creator, at=NOW), "finish")
        assert "A new account waits 5 days" in text(studio.get(PAGE))

    def test_say_so_when_stripe_does_not_answer(self, stripe_site, proven, creator):
        start_onboarding(owner=creator, at=NOW)
        stripe_site.app.config["BROKEN"] = "dead"
        assert "Stripe does not answer just now" in text(proven.get(PAGE))
        assert "could not open its pages" in text(proven.post(START, follow=True))
        assert "Stripe does not answer just now" in text(proven.post(USE, follow=True))

    def test_begin_at_the_beginning(self, studio):
        assert studio.get(PAGE).url == ADD

    def test_are_not_for_countries_without_it(self, proven, creator):
        PayoutPolicy.objects.filter(region="EU").update(methods=["iban"])
        assert proven.get(PAGE).status_code == 404
        for address in (ADD, START, USE):
            assert proven.post(address).status_code == 404

    def test_cost_a_fixed_number_of_queries(self, studio, creator, django_assert_num_queries):
        start_onboarding(owner=creator, at=NOW)
        with django_assert_num_queries(6):
            studio.get(PAGE)

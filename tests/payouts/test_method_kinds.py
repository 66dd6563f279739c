"""Accounts of every kind, as creators describe them."""

import datetime as dt
import html
import re

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from payouts.destinations import InvalidAccount, us_bank_account
from payouts.gates import failed, gates
from payouts.gates.methods import offered
from payouts.models import PayoutMethod, PayoutPolicy
from payouts.rails.interface import Capabilities
from tests.factories.payouts import NOW, IdentityFactory, PayoutMethodFactory, fix_rates
from tests.factories.people import CreatorFactory

ADD = "/studio/methods/add/"
ROUTING = "021000021"
US = {"holder": "Nori Tanaka", "routing": ROUTING, "account": "12345678", "account_type": "savings"}
BRAZIL = {"holder": "Nori", "country": "BR", "bank_name": "Banco", "bank_code": "", "account": "00123456"}


class UsRail:
    """So that a US account can be offered, whatever rails there are."""

    capabilities = Capabilities(frozenset({"USD", "EUR"}), frozenset({"us_bank", "manual"}), lead_days=1)


@pytest.fixture
def studio(client, settings, db):
    settings.PAYOUT_RAILS = {"us": "tests.payouts.test_method_kinds.UsRail"}
    PayoutPolicy.objects.filter(region="US").update(methods=["us_bank", "manual"])
    creator = CreatorFactory(country="US")
    client.force_login(creator)
    client.user = creator
    return client


@pytest.fixture
def proven(studio):
    studio.post(reverse("account_reauthenticate"), {"password": "portal-demo"})
    return studio


def text(response) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


class TestUsBankAccount:
    def test_keeps_digits_and_masks_all_but_the_last(self):
        account = us_bank_account("0210-0002-1", "12 345-678", "savings")
        assert account.details == {"routing": ROUTING, "account": "12345678", "account_type": "savings"}
        assert (account.masked, account.country) == ("•••• 5678", "US")

    @pytest.mark.parametrize(
        ("field", "facts"),
        [
            ("routing", ("021000022", "12345678")),  # check digit
            ("routing", ("02100002", "12345678")),
            ("routing", ("", "12345678")),
            ("routing", ("000000000", "12345678")),  # the check digit is right, the district is nobody's
            ("routing", ("990000002", "12345678")),
            ("routing", ("０21000021", "12345678")),
            ("account", (ROUTING, "123")),
            ("account", (ROUTING, "123456789012345678")),
            ("account", (ROUTING, "0000")),
            ("account", (ROUTING, "1234x")),
            ("account_type", (ROUTING, "12345678", "gold")),
        ],
    )
    def test_refuses_what_no_bank_would_take(self, field, facts):
        with pytest.raises(InvalidAccount) as refusal:
            us_bank_account(*facts)
        assert refusal.value.field == field


class TestOffered:
    def test_are_the_kinds_that_terms_allow_and_a_rail_reaches(self, studio):
        PayoutPolicy.objects.filter(region="US").update(methods=["iban", "manual", "us_bank"])
        assert offered(studio.user, NOW) == ["manual", "us_bank"]
        assert offered(CreatorFactory(country="GB"), NOW) == []
        assert offered(CreatorFactory(country="IN"), NOW) == []

    def test_close_the_gate_for_another_kind(self, studio):
        fix_rates()
        PayoutMethodFactory(owner=studio.user)
        (gate,) = [one for one in failed(gates(studio.user, NOW)) if one.code == "method"]
        assert gate.sentence == "We can't pay USD to DE89 •••• 3000 any more. Add another account."


class TestForms:
    def test_offer_each_kind_and_begin_with_the_first(self, proven):
        page = text(proven.get(ADD))
        assert "US bank account" in page
        assert "Another bank account" in page
        assert "Routing number" in page
        assert "Bank code" in text(proven.get(f"{ADD}manual/"))
        assert proven.get(f"{ADD}iban/").status_code == 404
        assert proven.get(f"{ADD}nonsense/").status_code == 404

    @pytest.mark.parametrize(
        ("kind", "form", "masked"),
        [("us_bank", US, "•••• 5678"), ("manual", BRAZIL, "BR •••• 3456")],
        ids=["us", "by hand"],
    )
    def test_add_one_and_show_it_masked(self, proven, kind, form, masked):
        response = proven.post(f"{ADD}{kind}/", form, follow=True)
        assert masked in text(response)
        assert form["account"] not in response.content.decode()
        method = PayoutMethod.objects.get()
        assert (method.kind, method.holder) == (kind, form["holder"])
        assert method.details["account"] == form["account"]

    def test_ask_whether_another_s_name_is_one_s_own(self, proven):
        IdentityFactory(creator=proven.user, legal_name="Nori Tanaka")
        response = proven.post(ADD, US | {"holder": "Karl Fremd"})
        assert response.status_code == 422
        assert "You told us that you are Nori Tanaka" in text(response)
        assert not PayoutMethod.objects.exists()
        proven.post(ADD, US | {"holder": "Karl Fremd", "another_name": "on"})
        assert PayoutMethod.objects.get().holder == "Karl Fremd"
        response = proven.post(ADD, US | {"holder": "TANAKA, Nori", "account": "87654321"}, follow=True)
        assert "•••• 4321 is added. For your safety it is paid to from" in text(response)

    def test_begin_with_the_creator_s_country(self, proven):
        assert proven.get(f"{ADD}manual/").context["form"]["country"].value() == "US"

    @pytest.mark.parametrize(
        ("kind", "form", "field", "value"),
        [
            ("us_bank", US, "routing", "123456789"),
            ("us_bank", US, "account", "1"),
            ("us_bank", US, "account_type", "gold"),
            ("manual", BRAZIL, "account", "1"),
            ("manual", BRAZIL, "bank_code", "!"),
            ("manual", BRAZIL, "country", "XX"),
            ("manual", BRAZIL, "bank_name", ""),
        ],
        ids=["routing", "account", "type", "number", "code", "country", "bank"],
    )
    def test_say_beside_the_field_what_is_wrong(self, proven, kind, form, field, value):
        response = proven.post(f"{ADD}{kind}/", form | {field: value})
        assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
        assert not PayoutMethod.objects.exists()


class TestProof:
    def test_asks_for_the_second_factor_where_one_is_set(self, proven):
        TOTP.activate(proven.user, generate_totp_secret())
        assert proven.get(ADD).url == "/accounts/2fa/reauthenticate/?next=%2Fstudio%2Fmethods%2Fadd%2F"
        response = proven.post(f"{ADD}us_bank/", US)
        assert response.url.startswith("/accounts/2fa/reauthenticate/")
        assert not PayoutMethod.objects.exists()
        self.give("mfa", proven)
        assert proven.post(f"{ADD}us_bank/", US).url == "/studio/methods/"

    def test_ages(self, proven):
        assert proven.get(ADD).status_code == 200
        with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=6)):
            assert proven.get(ADD).url.startswith("/accounts/reauthenticate/")

    def give(self, method: str, client) -> None:
        """As the page of the second factor does."""
        session = client.session
        records = session["account_authentication_methods"]
        session["account_authentication_methods"] = [*records, records[-1] | {"method": method}]
        session.save()

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from ledger.chart import CREATOR_DIAMONDS_AVAILABLE
from ledger.operations import move_own_funds
from ledger.queries import NoRate, platform_balances, rate
from portal.queries.treasury import treasury
from tests.factories.payouts import NOW, fix_rates, give_diamonds, paid_payout, requested_payout, treasurer
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory
from tests.factories.purchases import paid

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:treasury")


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def desk(client):
    client.force_login(treasurer())
    return client


class TestTreasury:
    def test_sets_what_is_held_against_what_is_owed(self):
        fix_rates()
        purchase = paid(UserFactory())
        found = treasury(NOW)
        (coins,) = found.owed
        assert (coins.type.code, coins.amount, coins.worth) == ("viewer.coins", 70, 35)  # half a cent each
        (euros,) = found.held
        assert (euros.currency, euros.held) == ("EUR", purchase.price)
        assert found.held_worth == euros.worth > found.owed_worth == 35
        assert found.covered
        assert not found.unbalanced

    def test_counts_diamonds_where_they_are(self):
        fix_rates()
        requested_payout(diamonds=2_000_000)
        owed = {one.type.code: (one.amount, one.worth) for one in treasury(NOW).owed}
        assert owed == {"creator.diamonds.held": (2_000_000, 10_000)}

    def test_takes_off_what_was_paid_out(self):
        paid_payout()
        (euros, dollars) = treasury(NOW).held
        assert (euros.currency, euros.at_banks, euros.held) == ("EUR", -8965, -8965)
        assert dollars.held == 0

    def test_says_when_it_is_not_covered(self):
        fix_rates()
        give_diamonds(CreatorFactory(), 2_000_000)  # out of nothing
        found = treasury(NOW)
        assert not found.covered
        assert found.coverage == 0

    def test_counts_what_the_owners_put_in(self):
        fix_rates()
        give_diamonds(CreatorFactory(), 2_000_000)
        move_own_funds(
            currency="USD", amount=10_000, takes_out=False, reference="1", reason="Capital", at=NOW
        )
        found = treasury(NOW)
        assert (found.held_worth, found.coverage) == (10_000, 100)
        assert "Own funds" in [one.type.label for one in found.ours]

    def test_names_what_has_no_rate(self, monkeypatch):
        def no_pounds(base, quote, at):
            if quote == "GBP":
                raise NoRate
            return rate(base, quote, at)

        paid(UserFactory(country="GB"))
        monkeypatch.setattr("portal.queries.treasury.rate", no_pounds)
        assert treasury(NOW).unvalued == ["GBP"]

    def test_adds_up_to_the_books(self):
        paid_payout()
        paid(UserFactory())
        found, books = treasury(NOW), platform_balances()
        shown = {(one.type.code, one.unit): one.amount for one in [*found.owed, *found.aside, *found.ours]}
        assert all(books[key] == amount for key, amount in shown.items())
        for one in found.held:
            held = sum(amount for (code, unit), amount in books.items() if unit == one.currency) - sum(
                amount for (code, unit), amount in shown.items() if unit == one.currency
            )
            assert held == -one.held

    def test_names_the_rates_and_until_when_they_hold(self, desk, settings):
        settings.FX_SET_DAYS = 30
        fix_rates()
        paid(UserFactory())
        (euro,) = treasury(NOW).exchange
        assert (euro.quote, euro.source, euro.lapses_at) == ("EUR", "set", NOW + dt.timedelta(days=29))
        assert "0.9045" in desk.get(PAGE).content.decode()


class TestOverview:
    def test_is_reached_from_the_desk(self, desk):
        assert PAGE in desk.get(reverse("admin:index")).content.decode()

    def test_costs_the_same_whatever_it_shows(self, desk, django_assert_num_queries):
        fix_rates()
        paid(UserFactory())
        desk.get(PAGE)
        with django_assert_num_queries(14):
            desk.get(PAGE)
        requested_payout()
        paid(UserFactory())
        with django_assert_num_queries(14):
            text = desk.get(PAGE).content.decode()
        assert "Covered" in text or "Not covered" in text

    def test_stands_on_an_empty_site(self, desk):
        text = desk.get(PAGE).content.decode()
        for words in ("Nobody is owed anything", "No money has come in", "Nothing has been compared yet"):
            assert words in text

    def test_is_not_for_staff_without_the_permission(self, client):
        client.force_login(StaffFactory())
        assert client.get(PAGE).status_code == 403
        client.force_login(UserFactory())
        assert client.get(PAGE).status_code == 302


class TestAccount:
    def test_drills_down_to_people_and_their_lines(self, desk, django_assert_num_queries):
        creator = CreatorFactory()
        give_diamonds(creator, 2_000_000)
        give_diamonds(CreatorFactory(), 100)
        url = reverse("admin:treasury_account", args=[CREATOR_DIAMONDS_AVAILABLE.code, "DIAMOND"])
        with django_assert_num_queries(6):
            answer = desk.get(url)
        assert [row.held for row in answer.context["page"]] == [2_000_000, 100]
        own = reverse("admin:treasury_owner", args=[CREATOR_DIAMONDS_AVAILABLE.code, "DIAMOND", creator.pk])
        assert own in answer.content.decode()
        assert "test_earning" in desk.get(own).content.decode()

    def test_shows_the_platforms_by_day_and_kind(self, desk):
        paid(UserFactory(), at=NOW)
        url = reverse("admin:treasury_account", args=["platform.payment_clearing", "EUR"])
        (day,) = desk.get(url).context["days"]
        assert (day.day, day.kind) == (NOW.date(), "coin_purchase")

    @pytest.mark.parametrize(
        "address",
        ["nonsense/EUR/", "platform.payment_clearing/COIN/", "platform.payment_clearing/XXX/"],
    )
    def test_finds_nothing_at_an_odd_address(self, desk, address):
        assert desk.get(PAGE + address).status_code == 404

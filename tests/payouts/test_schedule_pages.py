import datetime as dt
import re

import pytest
import time_machine

from payouts.models import PayDay, PayoutMethod, PayoutPolicy, PayoutPreference
from payouts.operations.clawbacks import claim_disputed
from payouts.operations.pay_days import keep_pay_day
from payouts.queries.pay_days import due
from tests.factories.payouts import (
    NOW,
    PayoutMethodFactory,
    fix_rates,
    give_cash,
    give_diamonds,
)
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
SCHEDULE, SIMULATOR, NEW = "/studio/payouts/schedule/", "/studio/payouts/simulator/", "/studio/payouts/new/"
PAY_DAY = dt.datetime(2026, 3, 16, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def creator():
    fix_rates()
    creator = CreatorFactory()
    PayoutMethodFactory(owner=creator)
    give_diamonds(creator, 2_000_000, at=NOW - dt.timedelta(days=10))
    return creator


@pytest.fixture
def studio(client, creator):
    client.force_login(creator)
    return client


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


class TestEveryPage:
    @pytest.mark.parametrize("address", [SCHEDULE, SIMULATOR])
    def test_is_for_creators(self, client, address):
        assert client.get(address).status_code == 302
        client.force_login(UserFactory())
        assert "Become a creator" in text(client.get(address))


class TestSchedule:
    def test_shows_the_coming_pay_days(self, studio):
        page = text(studio.get(SCHEDULE))
        assert "March 16, 2026 for what is available at the end of Feb. 28, 2026 (UTC)" in page
        assert "No pay days yet" in page

    def test_saves_what_is_chosen(self, studio, creator):
        response = studio.post(SCHEDULE, {"schedule": "weekly", "minimum": "120.50"}, follow=True)
        assert "March 4, 2026" in text(response)
        chosen = PayoutPreference.objects.get(owner=creator)
        assert (chosen.schedule, chosen.minimum, chosen.currency) == ("weekly", 12_050, "EUR")

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"schedule": "daily"}, "daily is not one of the available choices"),
            ({"schedule": "weekly", "minimum": "10"}, "Nothing below €45.00 is paid"),
            ({"schedule": "weekly", "minimum": "-1"}, "greater than or equal to"),
            ({"schedule": "weekly", "minimum": "1e999"}, "Ensure that there are no more than"),
            ({}, "This field is required"),
        ],
    )
    def test_says_what_is_wrong(self, studio, fields, words):
        response = studio.post(SCHEDULE, fields)
        assert response.status_code == 422
        assert words in text(response)
        assert not PayoutPreference.objects.exists()

    def test_offers_what_the_terms_allow(self, studio):
        PayoutPolicy.objects.filter(region="EU").update(schedule="quarterly", schedules=["quarterly"])
        assert "Weekly" not in text(studio.get(SCHEDULE))

    def test_says_where_there_are_no_terms(self, client):
        client.force_login(CreatorFactory(country="NG"))
        assert "not open in" in text(client.get(SCHEDULE))
        assert client.post(SCHEDULE, {"schedule": "weekly"}).status_code == 422

    def test_tells_of_skipped_pay_days_at_a_fixed_cost(self, studio, creator, django_assert_num_queries):
        studio.post(SCHEDULE, {"schedule": "monthly", "minimum": "200"})
        (found,) = due(PAY_DAY)
        keep_pay_day(due=found, at=PAY_DAY)
        with django_assert_num_queries(6):
            page = text(studio.get(SCHEDULE))
        assert "Skipped Your own minimum is €200.00; this is worth €90.45." in page
        assert "On your pay day March 16, 2026 nothing was paid" in text(studio.get("/studio/payouts/"))
        for month in range(4, 9):
            facts = {"pay_date": dt.date(2026, month, 15), "schedule": "monthly", "at": PAY_DAY}
            PayDay.objects.create(creator=creator, gates=[{"reason": "No.", "next_step": ""}], **facts)
        with django_assert_num_queries(6):
            studio.get(SCHEDULE)


class TestSimulator:
    def test_begins_with_all_there_is(self, studio):
        page = text(studio.get(SIMULATOR))
        assert page.count("You receive €89.65") == 2
        assert "On the next pay day March 16, 2026" in page

    def test_takes_any_amount_and_names_closed_gates(self, studio):
        page = text(studio.get(SIMULATOR, {"diamonds": "40000"}))
        assert "You receive €179.65" in page
        assert "You have 20,000.00 diamonds available." in page

    def test_promises_nothing_that_the_pay_day_will_refuse(self, studio, creator):
        PayoutMethod.objects.update(usable_from=PAY_DAY + dt.timedelta(days=1))
        PayoutPolicy.objects.update(claws_back_disputes=True)
        claim_disputed(creator=creator, claims={"lost": 1_950_000}, at=NOW, lost_at=NOW)
        page = text(studio.get(SIMULATOR, {"diamonds": "40000"}))
        then, everything = page.split("On the next pay day")[1].split("All you have by then")
        assert "You will have 500.00 diamonds available." in then
        assert "nothing is paid to a new one for five days" in then
        assert "The minimum is €45.00; this is worth €2.26." in everything
        assert "In your account around" not in page

    @pytest.mark.parametrize("diamonds", ["", "x", "-1", "1e400", "0"])
    def test_says_what_is_no_amount(self, studio, diamonds):
        response = studio.get(SIMULATOR, {"diamonds": diamonds})
        assert response.status_code == 200
        assert response.context["form"].errors["diamonds"]

    def test_has_no_pay_day_to_compare_with_on_demand(self, studio):
        studio.post(SCHEDULE, {"schedule": "on_demand"})
        assert "You have no pay days" in text(studio.get(SIMULATOR))


class TestNew:
    def test_asks_for_cash_beside_diamonds(self, studio, creator):
        give_cash(creator, "USD", 1_000)
        form = studio.get(NEW).context["form"]
        assert form.initial["cash_USD"] == 1_000
        fields = {"diamonds": "20000", "cash_USD": "10", "key": form.initial["key"]}
        confirm = studio.post(NEW, fields).context["form"]
        sent = {field.name: field.value() for field in confirm}
        assert "Requested" in text(studio.post(NEW, sent, follow=True))
        assert creator.payouts.get().asked == {"DIAMOND": 2_000_000, "USD": 1_000}

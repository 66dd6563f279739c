import datetime as dt

import pytest
from django.utils import timezone

from ledger.chart import CREATOR_DIAMONDS_PENDING, DIAMONDS_ISSUED
from ledger.operations import Transfer, post
from ledger.units import DIAMOND
from payouts.gates import CODES, failed, gates, largest_request, next_step, unreachable
from payouts.models import PayoutMethod, PayoutPolicy
from payouts.operations.clawbacks import claim_disputed
from payouts.operations.requests import cancel
from payouts.operations.review import reject
from tests.factories.papers import submitted
from tests.factories.payouts import (
    NOW,
    PayoutMethodFactory,
    TaxFormFactory,
    fix_rates,
    give_diamonds,
    requested_payout,
    reviewer,
)
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
EUR_45 = 995_200  # hundredths of a diamond: USD 49.76, which is EUR 45.00


@pytest.fixture
def creator():
    """Nothing stands in the way but what a test puts there."""
    fix_rates()
    creator = CreatorFactory()
    PayoutMethodFactory(owner=creator)
    give_diamonds(creator, 2_000_000)
    return creator


def closed(creator, amount=None, at=NOW):
    asked = None if amount is None else {DIAMOND: amount}
    found = {gate.code: gate for gate in failed(gates(creator, at, asked))}
    assert found.keys() <= CODES.keys(), "programs are told what each code means"
    return found


class TestGates:
    def test_are_all_open_for_who_has_done_everything(self, creator):
        assert closed(creator) == {}
        assert closed(creator, 2_000_000) == {}

    def test_show_each_condition_with_its_reason(self, creator):
        codes = [gate.code for gate in gates(creator, NOW)]
        assert codes == [
            "account", "country", "identity", "tax_form", "method", "method_lock", "open_payout", "pay_day",
            "balance", "minimum", "daily_cap",
        ]  # fmt: skip
        assert all(gate.reason and gate.label for gate in gates(creator, NOW))

    def test_are_for_creators(self):
        assert closed(UserFactory())["account"].reason == "Only creators are paid."

    def test_close_for_a_closed_account(self, creator):
        creator.is_active = False
        assert "account" in closed(creator)

    def test_say_where_payouts_are_not_open(self, creator):
        creator.country = "NG"
        assert closed(creator)["country"].reason == "Payouts are not open in Nigeria yet."

    def test_ask_for_a_country(self, creator):
        creator.country = ""
        assert "Choose your country" in closed(creator)["country"].sentence

    def test_say_where_no_rail_leads(self, creator):
        creator.country = "US"
        assert (
            closed(creator)["country"].reason == "We can't send USD to accounts in your country at present."
        )
        assert "method" not in closed(creator)

    @pytest.mark.parametrize("missing", ["rail", "currency"])
    def test_say_where_no_rail_carries_the_currency(self, creator, settings, missing):
        assert unreachable(creator, NOW) is None
        if missing == "rail":
            settings.PAYOUT_RAILS = {}
        else:
            PayoutPolicy.objects.filter(region="EU").update(currency="SEK")
        gate = closed(creator)["country"]
        assert gate == unreachable(creator, NOW)
        currency = "EUR" if missing == "rail" else "SEK"
        assert (gate.reason, gate.url) == (
            f"We can't send {currency} to accounts in your country at present.",
            "",
        )

    def test_ask_for_a_bank_account(self, creator):
        PayoutMethod.objects.update(retired_at=NOW)
        gate = closed(creator)["method"]
        assert (gate.next_step, gate.url) == ("Add it.", "/studio/methods/")

    def test_wait_for_the_lock_and_say_until_when(self, creator):
        PayoutMethod.objects.update(usable_from=NOW + dt.timedelta(days=5))
        assert closed(creator)["method_lock"].clears_on == dt.date(2026, 3, 7)
        assert closed(creator, at=NOW + dt.timedelta(days=5)) == {}

    def test_promise_the_reader_s_day(self, creator):
        PayoutMethod.objects.update(usable_from=dt.datetime(2026, 3, 7, 20, tzinfo=dt.UTC))
        with timezone.override("Asia/Tokyo"):
            assert closed(creator)["method_lock"].clears_on == dt.date(2026, 3, 8)

    def test_say_what_is_missing_to_the_minimum(self, creator):
        gate = closed(creator, EUR_45 - 1_000)["minimum"]
        assert gate.sentence == "The minimum is €45.00; this is worth €44.96. €0.04 more and you can be paid."
        assert closed(creator, EUR_45) == {}

    def test_name_the_minimum_alone_when_it_alone_is_missed(self):
        fix_rates()
        creator = CreatorFactory()
        PayoutMethodFactory(owner=creator)
        give_diamonds(creator, 10_000)
        assert list(closed(creator)) == ["minimum"]

    def test_measure_the_balance(self, creator):
        gate = closed(creator, 2_000_001)["balance"]
        assert gate.reason == "You have 20,000.00 diamonds available."

    def test_need_some_diamonds(self):
        fix_rates()
        gate = closed(CreatorFactory())["balance"]
        assert gate.reason == "You have 0.00 diamonds available."
        assert gate.next_step.startswith("Gifts become available")

    def test_close_while_a_payout_is_under_way(self):
        payout = requested_payout()
        gate = closed(payout.creator)["open_payout"]
        assert payout.reference in gate.reason
        assert gate.action == "Follow it"
        assert list(closed(payout.creator)) == ["open_payout"]
        assert gate.url == f"/studio/payouts/{payout.id}/"
        assert "minimum" not in closed(payout.creator)

    def test_cap_what_may_be_requested_in_a_day(self, creator):
        give_diamonds(creator, 30_000_000)
        too_much = closed(creator, 20_000_200)["daily_cap"]
        assert too_much.next_step == "Choose a smaller amount."
        assert too_much.clears_on is None
        assert closed(creator, 20_000_000) == {}
        assert closed(creator) == {}

    def test_warn_of_the_cap_where_there_is_more_in_the_currency_that_is_paid(self, creator):
        assert not any(gate.warning for gate in gates(creator, NOW))
        give_diamonds(creator, 30_000_000)
        (warning,) = [gate for gate in gates(creator, NOW) if gate.warning]
        about = "about €904.50 ($1,000.00 of $1,000.00)"
        assert warning.passed
        assert warning.reason == f"Of what you have, {about} can be asked for today."
        assert closed(creator, 20_000_200)["daily_cap"].reason == (
            "About €904.49 ($1,000.00 of $1,000.00) are left for today."
        )

    def test_open_the_cap_again_tomorrow(self):
        payout = requested_payout(diamonds=19_000_000)
        give_diamonds(payout.creator, 2_000_000)
        settled_day = payout.requested_at
        gate = closed(payout.creator, 2_000_000, at=settled_day)["daily_cap"]
        assert gate.next_step == "Choose a smaller amount or ask again after midnight UTC."
        assert gate.clears_on == settled_day.date() + dt.timedelta(days=1)
        with timezone.override("America/New_York"):
            gate = closed(payout.creator, 2_000_000, at=settled_day)["daily_cap"]
            assert gate.clears_on == settled_day.date()
        assert "daily_cap" not in closed(payout.creator, 2_000_000, at=settled_day + dt.timedelta(days=1))

    def test_don_t_count_what_came_back_against_the_cap(self):
        payout = requested_payout(diamonds=19_000_000)
        cancel(payout_id=payout.id, creator=payout.creator, at=NOW)
        assert closed(payout.creator, 19_000_000) == {}
        again = requested_payout(payout.creator, at=NOW + dt.timedelta(minutes=1))
        reject(payout_id=again.id, version=again.version, actor=reviewer(), reason="No.", at=NOW)
        assert closed(payout.creator, 19_000_000) == {}

    def test_say_that_a_rate_is_missing(self, creator):
        creator.country = "TW"
        assert "No exchange rate from US dollars to TWD" in closed(creator)["rate"].reason

    def test_cost_a_known_number_of_queries(self, creator, django_assert_num_queries):
        with django_assert_num_queries(13):
            gates(creator, NOW)


class TestLargestRequest:
    def test_is_all_that_is_available(self, creator):
        assert largest_request(creator, NOW) == {DIAMOND: 2_000_000}

    def test_stays_within_the_day_s_limit(self, creator):
        give_diamonds(creator, 30_000_000)
        assert largest_request(creator, NOW) == {DIAMOND: 20_000_000}
        assert closed(creator, largest_request(creator, NOW)[DIAMOND]) == {}


def pend(creator, diamonds: int, days_ago: int) -> None:
    """Clears 14 days after the day on which it came."""
    earned_at = NOW - dt.timedelta(days=days_ago)
    post(
        kind="test_gift",
        key=f"test:gift:{creator.pk}:{days_ago}",
        at=earned_at,
        transfers=[Transfer(DIAMONDS_ISSUED.platform(), CREATOR_DIAMONDS_PENDING.of(creator.pk), diamonds)],
    )


def owe(creator, diamonds: int) -> None:
    """While nothing is available."""
    PayoutPolicy.objects.update(claws_back_disputes=True)
    claim_disputed(creator=creator, claims={str(creator.pk): diamonds}, at=NOW, lost_at=NOW)


@pytest.fixture
def beginner():
    """32.80 diamonds clear on March 5, 20,000 more on March 9."""
    fix_rates()
    creator = CreatorFactory()
    PayoutMethodFactory(owner=creator)
    pend(creator, 3_280, 12)
    pend(creator, 2_000_000, 8)
    return creator


class TestDatesOfGates:
    def test_are_those_on_which_something_is_left_after_a_debt(self, beginner):
        assert closed(beginner)["balance"].clears_on == dt.date(2026, 3, 5)
        owe(beginner, 3_280)
        found = closed(beginner)
        assert found["debt"].clears_on == dt.date(2026, 3, 5)
        assert found["balance"].clears_on == found["minimum"].clears_on == dt.date(2026, 3, 9)

    def test_are_none_where_a_debt_takes_all(self, beginner):
        owe(beginner, 5_000_000)
        assert {gate.code: gate.clears_on for gate in failed(gates(beginner, NOW))} == {
            "debt": None, "balance": None, "minimum": None,
        }  # fmt: skip

    def test_tell_what_happens_to_a_failed_payout(self, creator):
        payout = requested_payout(creator)
        type(payout).objects.filter(pk=payout.pk).update(state="failed")
        assert "our staff send it again or cancel it" in closed(creator)["open_payout"].next_step
        assert "balance" in closed(creator, 10**12)


class TestNextStep:
    def test_is_the_gate_that_opens_last(self, beginner):
        found = next_step(failed(gates(beginner, NOW)))
        assert (found.code, found.clears_on) == ("minimum", dt.date(2026, 3, 9))

    def test_is_first_what_no_day_opens(self, beginner):
        PayoutMethod.objects.update(retired_at=NOW)
        assert next_step(failed(gates(beginner, NOW))).code == "method"
        assert next_step([]) is None

    def test_is_rather_what_the_creator_can_do_than_what_staff_are_at(self):
        fix_rates()
        creator = CreatorFactory()
        give_diamonds(creator, 2_000_000)
        submitted(creator)
        found = closed(creator)
        assert found["identity"].waits
        assert next_step(list(found.values())).code == "tax_form"
        TaxFormFactory(creator=creator)
        PayoutMethodFactory(owner=creator, papers=False)
        assert next_step(list(closed(creator).values())).code == "identity"

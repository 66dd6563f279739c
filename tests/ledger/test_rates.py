import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from ledger import queries
from ledger.models import Rate
from ledger.operations import UnableToSetRate, set_rate
from ledger.rates import convert
from tests.factories.people import StaffFactory
from tests.ledger.conftest import NOON

pytestmark = pytest.mark.django_db


def announce(**facts):
    facts = {
        "base": "DIAMOND",
        "quote": "USD",
        "value": Decimal("0.004"),
        "effective_at": NOON,
        "at": NOON,
        "by": StaffFactory().pk,
        "reason": "a test",
    } | facts
    return set_rate(**facts)


class TestRate:
    def test_begins_with_the_portals_defaults(self):
        assert queries.rate("COIN", "DIAMOND", NOON).value == 1
        assert queries.rate("DIAMOND", "USD", NOON).value == Decimal("0.005")

    def test_is_the_one_in_force_at_the_moment(self):
        row = announce(effective_at=NOON + dt.timedelta(days=30))
        assert queries.rate("DIAMOND", "USD", NOON + dt.timedelta(days=29)).value == Decimal("0.005")
        later = queries.rate("DIAMOND", "USD", NOON + dt.timedelta(days=30))
        assert (later.value, later.id, later.source) == (Decimal("0.004"), row, "set")

    def test_comes_from_the_ecb_where_none_was_set(self):
        friday = dt.datetime(2024, 1, 5, 12, tzinfo=dt.UTC)
        rate = queries.rate("EUR", "USD", friday)
        assert (rate.value, rate.source) == (Decimal("1.0921"), "ecb")
        sunday = queries.rate("EUR", "USD", friday + dt.timedelta(days=2))
        assert sunday.value == rate.value

    def test_prefers_a_set_one(self):
        announce(base="EUR", quote="USD", value=Decimal("1.5"))
        assert queries.rate("EUR", "USD", NOON).value == Decimal("1.5")

    def test_prefers_a_set_one_for_a_month_and_not_for_ever(self, settings):
        settings.FX_SET_DAYS = 30
        announce(base="EUR", quote="USD", value=Decimal("1.5"))
        announce(base="USD", quote="TWD", value=Decimal(32))
        last, after = (NOON + dt.timedelta(days=days) for days in (30, 31))
        assert queries.rate("EUR", "USD", last).source == "set"
        assert queries.rate("EUR", "USD", after).source == "ecb"
        days = {last.date(), after.date() + dt.timedelta(days=1)}
        found = queries.rates_on("EUR", "USD", days)
        assert [found[day] == Decimal("1.5") for day in sorted(days)] == [True, False]
        with pytest.raises(queries.NoRate, match="held for 30 days: set it again"):
            queries.rate("USD", "TWD", after)

    def test_is_refused_when_the_ecbs_table_has_grown_old(self, settings):
        settings.FX_OLDEST_DAYS = 45
        far = dt.datetime(2031, 1, 1, tzinfo=dt.UTC)
        assert queries.rate("EUR", "USD", far).source == "ecb"  # as known today
        with time_machine.travel(far, tick=False):
            with pytest.raises(queries.NoRate, match="bring in a newer one"):
                queries.rate("EUR", "USD", far)
            announce(base="EUR", quote="USD", value=Decimal("1.2"), effective_at=far, at=far)
            assert queries.rate("EUR", "USD", far).value == Decimal("1.2")

    @pytest.mark.parametrize(("base", "quote"), [("USD", "CLP"), ("COIN", "USD"), ("USD", "DIAMOND")])
    def test_is_refused_rather_than_guessed(self, base, quote):
        with pytest.raises(queries.NoRate):
            queries.rate(base, quote, NOON)


class TestRatesOn:
    def test_tells_each_day_what_was_in_force_as_it_began(self):
        announce(base="EUR", quote="USD", value=Decimal("1.5"))
        days = [dt.date(2024, 1, 5), NOON.date(), NOON.date() + dt.timedelta(days=1)]
        found = queries.rates_on("EUR", "USD", days)
        singly = [
            queries.rate("EUR", "USD", dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)) for day in days
        ]
        assert [found[day] for day in days] == [each.value for each in singly]
        assert found[days[0]] != found[days[2]] == Decimal("1.5")

    def test_leaves_out_days_without_a_rate(self):
        assert queries.rates_on("CLP", "EUR", [NOON.date()]) == {}
        assert queries.rates_on("JPY", "JPY", [NOON.date()]) == {NOON.date(): Decimal(1)}

    def test_asks_once(self, django_assert_num_queries):
        days = [NOON.date() - dt.timedelta(days=number) for number in range(50)]
        with django_assert_num_queries(1):
            queries.rates_on("DIAMOND", "USD", days)


class TestSetRate:
    @pytest.mark.parametrize(
        "facts",
        [
            {"value": Decimal(0)},
            {"value": Decimal("-0.005")},
            {"value": Decimal("0.00000000001")},
            {"quote": "DIAMOND"},
            {"effective_at": NOON - dt.timedelta(seconds=1)},
        ],
    )
    def test_refuses_nonsense_and_sets_nothing(self, facts):
        before = Rate.objects.count()
        with pytest.raises(UnableToSetRate):
            announce(**facts)
        assert Rate.objects.count() == before

    def test_refuses_a_second_rate_for_one_moment(self):
        announce()
        with pytest.raises(UnableToSetRate, match="already announced"):
            announce()

    def test_keeps_the_notice_that_was_promised(self, settings):
        settings.LEDGER_RATE_NOTICE = {"DIAMOND/USD": 7}
        with pytest.raises(UnableToSetRate, match="7 days ahead") as refused:
            announce(effective_at=NOON + dt.timedelta(days=6))
        assert refused.value.field == "effective_at"
        assert announce(effective_at=NOON + dt.timedelta(days=7))
        assert announce(base="USD", quote="EUR", value=Decimal("0.9"))

    def test_asks_the_products_rules(self, settings):
        settings.LEDGER_RATE_RULES = ["tests.ledger.test_rates.refuse"]
        with pytest.raises(UnableToSetRate, match="never"):
            announce()


def refuse(**facts) -> None:
    raise UnableToSetRate("never")


class TestConvert:
    @pytest.mark.parametrize(
        ("parts", "base", "quote", "value", "result"),
        [
            (100_000, "DIAMOND", "USD", "0.005", 500),  # 1,000.00 diamonds → $5.00
            (199, "DIAMOND", "USD", "0.005", 0),
            (100, "USD", "JPY", "157.49", 157),
            (157, "JPY", "USD", "0.0063496", 99),
            (1000, "KWD", "USD", "3.25", 325),
            (7, "COIN", "DIAMOND", "0.5", 350),
        ],
    )
    def test_keeps_each_units_decimals_and_rounds_down(self, parts, base, quote, value, result):
        assert convert(parts, base, quote, Decimal(value)) == result

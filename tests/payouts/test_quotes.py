import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.queries import NoRate, Rate
from ledger.units import DIAMOND, decimals
from payouts import calendar, catalogue, quotes
from payouts.models import PayoutPolicy
from payouts.quotes import UnableToQuote, quote
from tests.factories.payouts import NOW, fix_rates
from tests.factories.people import CreatorFactory

CURRENCIES = ["USD", "EUR", "JPY", "KWD", "KRW", "CLP", "BRL", "COP", "TWD"]


@pytest.mark.django_db
class TestQuote:
    def test_shows_every_line(self):
        fix_rates()
        offer = quote(creator=CreatorFactory(), asked={DIAMOND: 2_000_000}, at=NOW)
        assert offer.worth.usd == 10_000
        assert [(line.code, line.amount) for line in offer.lines] == [
            ("gross_DIAMOND", 9_045),
            ("fx_fee", -45),
            ("fee", -35),
            ("net", 8_965),
        ]

    def test_changes_no_dollars(self):
        offer = quote(creator=CreatorFactory(country="US"), asked={DIAMOND: 2_000_000}, at=NOW)
        assert (offer.gross, offer.fx_fee, offer.fee) == (10_000, 0, 50)
        assert offer.parts[0].fx_source == "same"

    def test_knows_currencies_without_decimals(self):
        # Counted by hand: 10,000 diamonds are 50 dollars, at 150 yen each 7,500 yen.
        with mock.patch.object(quotes, "rate", fake_rate(Decimal(150))):
            offer = quote(creator=CreatorFactory(country="JP"), asked={DIAMOND: 1_000_000}, at=NOW)
        assert (offer.currency, offer.gross, offer.fx_fee, offer.fee, offer.net) == (
            "JPY",
            7_500,
            38,
            80,
            7_382,
        )

    def test_withholds_tax_where_the_policy_says_so(self):
        fix_rates()
        PayoutPolicy.objects.filter(region="EU").update(withholding_per_mille=100)
        offer = quote(creator=CreatorFactory(), asked={DIAMOND: 2_000_000}, at=NOW)
        assert (offer.tax, offer.net) == (905, 8_060)

    @pytest.mark.parametrize(("policy", "papers", "tax"), [(100, 240, 240), (300, 240, 300), (0, 0, 0)])
    def test_withholds_what_the_stricter_of_policy_and_papers_says(self, policy, papers, tax):
        fix_rates()
        PayoutPolicy.objects.filter(region="EU").update(withholding_per_mille=policy)
        with mock.patch.object(quotes, "withholding_per_mille", return_value=papers):
            offer = quote(creator=CreatorFactory(), asked={DIAMOND: 2_000_000}, at=NOW)
        assert (offer.tax_per_mille, offer.tax) == (tax, round(9_045 * tax / 1000 + 0.001))

    def test_changes_only_what_is_in_another_currency(self):
        fix_rates()
        asked = {DIAMOND: 2_000_000, "EUR": 5_000, "USD": 1_000}
        offer = quote(creator=CreatorFactory(), asked=asked, at=NOW)
        assert [(line.label, line.amount) for line in offer.lines] == [
            ("Your diamonds are worth", 9_045),
            ("From your cash", 5_000),
            ("Your $10.00 are worth", 904),
            ("Currency exchange, 0.5 %", -50),
            ("Payout fee", -35),
            ("You receive", 14_864),
        ]

    def test_refuses_what_fees_would_eat(self):
        fix_rates()
        with pytest.raises(UnableToQuote, match=r"Fees and tax of €0\.35 would take all of it"):
            quote(creator=CreatorFactory(), asked={DIAMOND: 7_900}, at=NOW)

    def test_refuses_where_payouts_are_closed(self):
        with pytest.raises(UnableToQuote):
            quote(creator=CreatorFactory(country="NG"), asked={DIAMOND: 2_000_000}, at=NOW)

    def test_needs_a_rate(self):
        with pytest.raises(NoRate):
            quote(creator=CreatorFactory(country="TW"), asked={DIAMOND: 2_000_000}, at=NOW)

    def test_expects_the_money_after_review_and_a_day_at_the_bank(self):
        fix_rates()
        maundy_thursday = dt.datetime(2026, 4, 2, 12, tzinfo=dt.UTC)
        offer = quote(creator=CreatorFactory(), asked={DIAMOND: 2_000_000}, at=maundy_thursday)
        assert offer.expected_date == dt.date(2026, 4, 9)


def fake_rate(fx: Decimal):
    def rate(base, quote, at):
        value = Decimal("0.005") if base == "DIAMOND" else Decimal(1) if base == quote else fx
        return Rate(base, quote, value, "set", at)

    return rate


@dataclass
class Person:
    country: str = "DE"


class TestLines:
    @given(
        currency=st.sampled_from(CURRENCIES),
        diamonds=st.integers(1, 10**12),
        fx=st.decimals(Decimal("0.0001"), Decimal("20000"), places=10),
        shares=st.tuples(*[st.integers(0, 333)] * 3),
        fixed=st.integers(0, 10**6),
    )
    def test_add_up_to_net_in_every_currency(self, currency, diamonds, fx, shares, fixed):
        policy = PayoutPolicy(
            currency=currency,
            fee_fixed=fixed,
            fee_per_mille=shares[0],
            fx_margin_per_mille=shares[1],
            withholding_per_mille=shares[2],
        )
        with (
            mock.patch.object(quotes, "rate", fake_rate(fx)),
            mock.patch.object(quotes.queries, "policy_for", return_value=policy),
            mock.patch.object(quotes, "withholding_per_mille", return_value=0),
        ):
            try:
                offer = quote(creator=Person(), asked={DIAMOND: diamonds}, at=NOW)
            except UnableToQuote:
                return
        *others, net = offer.lines
        assert sum(line.amount for line in others) == net.amount == offer.net > 0
        assert min(offer.fx_fee, offer.fee, offer.tax) >= 0
        # The other way round, in decimals: the gross is never more than the diamonds are worth.
        worth = Decimal(diamonds) / 100 * Decimal("0.005") * (1 if currency == "USD" else fx)
        assert Decimal(offer.gross) / 10 ** decimals(currency) <= worth


class TestCalendar:
    @pytest.mark.parametrize(
        ("day", "open_"),
        [
            ("2026-03-02", True),  # Monday
            ("2026-03-07", False),  # Saturday
            ("2026-04-03", False),  # Good Friday
            ("2026-04-06", False),  # Easter Monday
            ("2026-05-01", False),
        ],
    )
    def test_knows_when_banks_settle(self, day, open_):
        date = dt.date.fromisoformat(day)
        assert calendar.is_business_day(date) is open_


class TestCatalogue:
    def test_promises_fees_that_leave_something_of_every_minimum(self):
        for row in catalogue.rows():
            shares = row["fee_per_mille"] + row["fx_margin_per_mille"] + row["withholding_per_mille"]
            assert row["fee_fixed"] + row["minimum"] * shares / 1000 < row["minimum"] / 20

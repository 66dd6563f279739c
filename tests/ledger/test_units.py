from decimal import Decimal

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from ledger import units

CURRENCIES = ["USD", "EUR", "GBP", "JPY", "BRL", "KRW", "KWD", "CLP", "TWD", "COP"]


class TestDecimals:
    @pytest.mark.parametrize("currency", CURRENCIES)
    def test_agree_with_a_second_source(self, currency):
        """ISO's own table against Unicode's."""
        assert units.decimals(currency) == get_currency_precision(currency)

    def test_of_the_portals_own_units(self):
        assert (units.decimals("COIN"), units.decimals("DIAMOND")) == (0, 2)

    @pytest.mark.parametrize("unit", ["", "usd", "XXX", "XAU", "BITCOIN"])
    def test_refuses_what_is_no_unit(self, unit):
        with pytest.raises(units.UnknownUnit):
            units.decimals(unit)
        assert not units.is_currency(unit)


class TestParts:
    @pytest.mark.parametrize(
        ("amount", "unit", "parts"),
        [("12.50", "USD", 1250), ("1100", "JPY", 1100), ("1.234", "KWD", 1234), ("7", "COIN", 7)],
    )
    def test_of_an_amount(self, amount, unit, parts):
        assert units.to_parts(amount, unit) == parts
        assert units.to_decimal(parts, unit) == Decimal(amount)

    @pytest.mark.parametrize(("amount", "unit"), [("1.005", "USD"), ("1.5", "JPY"), ("0.5", "COIN")])
    def test_are_never_rounded(self, amount, unit):
        with pytest.raises(units.TooPrecise):
            units.to_parts(amount, unit)

    @given(parts=st.integers(-(2**63), 2**63 - 1), unit=st.sampled_from([*CURRENCIES, "COIN", "DIAMOND"]))
    def test_survive_the_way_there_and_back(self, parts, unit):
        assert units.to_parts(units.to_decimal(parts, unit), unit) == parts


class TestFormatAmount:
    @pytest.mark.parametrize(
        ("parts", "unit", "locale", "text"),
        [
            (1250, "USD", "en", "$12.50"),
            (123456, "EUR", "de", "1.234,56\xa0€"),
            (1100, "JPY", "ja", "￥1,100"),
            (1234, "IQD", "en", "IQD1.234"),
            (-250, "BRL", "pt-br", "−R$\xa02,50"),
            (-1234, "USD", "en", "−$12.34"),
            (-500, "SEK", "sv", "−5,00\xa0kr"),
            (-1, "COIN", "en", "−1 coin"),
            (-100, "DIAMOND", "en", "−1.00 diamond"),
            (1, "COIN", "en", "1 coin"),
            (1400, "COIN", "en", "1,400 coins"),
            (100, "DIAMOND", "en", "1.00 diamond"),
            (1250, "DIAMOND", "de", "12,50 diamonds"),
            (5, "USD", "xx-unknown", "$0.05"),
        ],
    )
    def test_writes_as_the_reader_does(self, parts, unit, locale, text):
        assert units.format_amount(parts, unit, locale) == text


class TestCurrencyOfCountry:
    @pytest.mark.parametrize(
        ("country", "currency"), [("DE", "EUR"), ("JP", "JPY"), ("KR", "KRW"), ("", "USD")]
    )
    def test_names_the_legal_tender(self, country, currency):
        assert units.currency_of_country(country) == currency


class TestFormatNumber:
    def test_leaves_the_unit_to_its_column(self):
        assert units.format_number(140_050, "DIAMOND") == "1,400.50"
        assert units.format_number(1400, "JPY") == "1,400"

import csv
import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from ledger.operations import UnableToSetRate, set_rate
from ledger.queries import rate
from ledger.units import format_amount, to_decimal
from tests.factories.purchases import NOW, package
from wallets.catalogue import FOLDER, load_packages
from wallets.models import CoinPackage, Region
from wallets.operations.packages import NOTICE, UnableToChangePrice, change_price
from wallets.policy.reckoning import payout_of_coin
from wallets.queries.packages import packages_at, packages_for, region_of

pytestmark = pytest.mark.django_db
SOON = NOW + NOTICE


def announce(base: str, quote: str, value: str, *, days: int) -> None:
    set_rate(
        base=base,
        quote=quote,
        value=Decimal(value),
        effective_at=NOW + dt.timedelta(days=days),
        at=NOW,
        by=None,
        reason="Announced",
    )


class TestCatalogue:
    def test_has_seven_packages_in_each_of_five_regions(self):
        sizes = {
            region: [p.coins for p in packages_at(NOW).filter(region=region).order_by("coins")]
            for region in Region
        }
        assert sizes == {region: [70, 350, 700, 1400, 3500, 7000, 17500] for region in Region}

    def test_is_loaded_once(self):
        assert load_packages(CoinPackage) == 0
        assert CoinPackage.objects.count() == 35

    def test_keeps_the_listed_prices_in_every_currency(self):
        """The second path from row to price goes over Babel's formatting, not over our parser."""
        with (FOLDER / "coin_packages.csv").open() as file:
            for row in csv.DictReader(file):
                kept = package(row["region"], int(row["coins"]))
                shown = format_amount(kept.price, kept.currency)
                digits = "".join(sign for sign in shown if sign.isdigit() or sign == ".")
                assert (kept.currency, Decimal(digits)) == (row["currency"], Decimal(row["price"]))
                assert (row["currency"] == "JPY") == ("." not in shown)

    def test_pays_out_less_than_it_costs(self):
        for each in packages_at(NOW):
            assert payout_of_coin(each.currency, NOW) * each.coins < to_decimal(each.price, each.currency)


class TestRegionOf:
    @pytest.mark.parametrize(
        ("country", "region"),
        [
            ("US", "US"),
            ("DE", "EU"),
            ("FR", "EU"),
            ("GB", "GB"),
            ("JP", "JP"),
            ("BR", "BR"),
            ("KR", "US"),
            ("", "US"),
        ],
    )
    def test_follows_the_currency_of_the_country(self, country, region):
        assert region_of(country) == region


class TestPackagesFor:
    def test_offers_the_readers_own_list_smallest_first(self):
        offered = list(packages_for("JP", NOW))
        assert {each.currency for each in offered} == {"JPY"}
        assert [each.price for each in offered[:2]] == [110, 550]


class TestChangePrice:
    def test_starts_a_new_row_where_the_old_one_ends(self):
        old = package("EU", 350)
        new = change_price(package_id=old.pk, price=450, effective_at=SOON, at=NOW)
        before = packages_for("DE", SOON - dt.timedelta(seconds=1)).get(coins=350)
        assert (before.pk, before.price) == (old.pk, 420)
        assert (packages_for("DE", SOON).get(coins=350), new.price) == (new, 450)

    def test_announces_once_however_often_it_is_asked(self):
        wish = {"package_id": package().pk, "price": 90, "effective_at": SOON, "at": NOW}
        assert change_price(**wish) == change_price(**wish)
        assert CoinPackage.objects.count() == 36

    @pytest.mark.parametrize(("region", "price"), [("EU", 30), ("US", 34), ("JP", 30), ("EU", 0), ("EU", -5)])
    def test_refuses_a_coin_that_costs_less_than_it_pays_out(self, region, price):
        with pytest.raises(UnableToChangePrice):
            change_price(package_id=package(region).pk, price=price, effective_at=SOON, at=NOW)
        assert CoinPackage.objects.count() == 35

    def test_allows_a_coin_that_costs_just_what_it_pays_out(self):
        assert change_price(package_id=package("US").pk, price=35, effective_at=SOON, at=NOW).price == 35

    def test_refuses_a_price_that_an_announced_rate_would_undercut(self):
        later = SOON + dt.timedelta(days=30)
        set_rate(
            base="DIAMOND",
            quote="USD",
            value=Decimal("0.0055"),
            effective_at=later,
            at=NOW,
            by=None,
            reason="More for creators",
        )
        with pytest.raises(UnableToChangePrice):
            change_price(package_id=package("US").pk, price=36, effective_at=SOON, at=NOW)

    def test_refuses_a_price_that_a_passing_rate_would_undercut(self):
        announce("DIAMOND", "USD", "0.009", days=9)
        announce("DIAMOND", "USD", "0.005", days=19)
        with pytest.raises(UnableToChangePrice, match="profit"):
            change_price(package_id=package("US").pk, price=36, effective_at=SOON, at=NOW)
        assert CoinPackage.objects.count() == 35

    def test_refuses_a_change_without_notice(self):
        with pytest.raises(UnableToChangePrice, match="7 days"):
            change_price(
                package_id=package().pk, price=90, effective_at=SOON - dt.timedelta(seconds=1), at=NOW
            )

    def test_refuses_to_change_what_has_its_successor(self):
        old = package()
        change_price(package_id=old.pk, price=90, effective_at=SOON, at=NOW)
        with pytest.raises(UnableToChangePrice, match="ends on"):
            change_price(package_id=old.pk, price=95, effective_at=SOON + NOTICE, at=NOW)


class TestRefuseProfitableRate:
    @pytest.mark.parametrize(
        ("base", "quote", "value"),
        [
            ("DIAMOND", "USD", "0.0107"),
            ("COIN", "DIAMOND", "2.2"),
            ("USD", "BRL", "13"),
            ("USD", "JPY", "400"),
        ],
    )
    def test_refuses_what_makes_a_gift_to_oneself_a_profit(self, base, quote, value):
        before = rate(base, quote, SOON)
        with pytest.raises(UnableToSetRate, match="profit"):
            set_rate(
                base=base, quote=quote, value=Decimal(value), effective_at=SOON, at=NOW, by=None, reason="Try"
            )
        assert rate(base, quote, SOON) == before

    @pytest.mark.parametrize(("base", "quote", "value"), [("DIAMOND", "USD", "0.006"), ("EUR", "PLN", "4.5")])
    def test_allows_the_rest(self, base, quote, value):
        set_rate(
            base=base, quote=quote, value=Decimal(value), effective_at=SOON, at=NOW, by=None, reason="Fine"
        )
        assert rate(base, quote, SOON).value == Decimal(value)

    def test_refuses_what_a_passing_rate_would_make_a_profit(self):
        announce("COIN", "DIAMOND", "1.5", days=10)
        announce("COIN", "DIAMOND", "1", days=20)
        with pytest.raises(UnableToSetRate, match="profit"):
            announce("DIAMOND", "USD", "0.009", days=8)
        assert rate("DIAMOND", "USD", NOW + dt.timedelta(days=9)).value == Decimal("0.005")

    def test_allows_what_another_rate_follows_before_it_could_be_a_profit(self):
        announce("COIN", "DIAMOND", "1.5", days=10)
        announce("DIAMOND", "USD", "0.005", days=9)
        announce("DIAMOND", "USD", "0.009", days=8)
        assert rate("DIAMOND", "USD", NOW + dt.timedelta(days=8)).value == Decimal("0.009")


class TestCoinPackage:
    def test_has_one_open_price_for_a_size_in_a_region(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            CoinPackage.objects.create(region="EU", currency="EUR", coins=70, price=1, available_from=NOW)

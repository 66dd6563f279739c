import datetime as dt

from django.db.models import Q, QuerySet

from ledger.units import currency_of_country
from wallets.models import CoinPackage, Region

_LIST_OF_CURRENCY = {"EUR": Region.EU, "GBP": Region.GB, "JPY": Region.JP, "BRL": Region.BR}


def region_of(country: str) -> Region:
    """The price list of an ISO 3166 country: that of its currency, else the one in dollars."""
    return _LIST_OF_CURRENCY.get(currency_of_country(country), Region.US)


def currency_of(region: Region) -> str:
    """The currency of a price list."""
    return next((currency for currency, each in _LIST_OF_CURRENCY.items() if each == region), "USD")


def packages_at(at: dt.datetime) -> QuerySet[CoinPackage]:
    """Every region's packages on sale at that moment."""
    return CoinPackage.objects.filter(
        Q(available_until__isnull=True) | Q(available_until__gt=at), available_from__lte=at
    )


def packages_for(country: str, at: dt.datetime) -> QuerySet[CoinPackage]:
    """What somebody of that country can buy, smallest first."""
    return packages_at(at).filter(region=region_of(country)).order_by("coins")

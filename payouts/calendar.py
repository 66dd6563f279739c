"""Days on which banks settle. Euros wait for TARGET's days, dollars for the Federal Reserve's, other
currencies for those of the country."""

import datetime as dt
from functools import cache


@cache
def _bank(region: str, currency: str):
    from holidays import HolidayBase, country_holidays, financial_holidays

    if currency == "EUR":
        return financial_holidays("ECB")
    if currency == "USD":
        return _federal_reserve()
    try:
        return country_holidays(region)
    except NotImplementedError:  # a country that the library does not know: weekends alone
        return HolidayBase()


def _federal_reserve():
    """https://www.frbservices.org/about/holiday-schedules: the country's holidays, of which one on a Sunday
    is kept on Monday, one on a Saturday on no other day."""
    from holidays import HolidayBase, country_holidays

    class FederalReserve(HolidayBase):
        def _populate(self, year: int) -> None:
            for day, name in country_holidays("US", years=year, observed=False).items():
                self[day + dt.timedelta(days=day.weekday() == 6)] = name

    return FederalReserve()


def is_business_day(day: dt.date, *, region: str = "EU", currency: str = "EUR") -> bool:
    return _bank(region, currency).is_working_day(day)


def business_day_after(day: dt.date, number: int, *, region: str = "EU", currency: str = "EUR") -> dt.date:
    """The `number`th business day after `day`."""
    return _bank(region, currency).get_nth_working_day(day, number)


def business_day_from(day: dt.date, *, region: str, currency: str) -> dt.date:
    """`day`, or the next business day."""
    return business_day_after(day - dt.timedelta(days=1), 1, region=region, currency=currency)

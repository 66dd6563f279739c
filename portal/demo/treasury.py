"""The money that the demo's owners put in; and the sandbox's own account of the last days: what the story
says was paid, it knows of too, so that the two can be compared like those of any provider."""

import datetime as dt
from functools import partial

from django.conf import settings

from ledger.operations import move_own_funds
from portal.demo import Act
from portal.demo.year import DAYS as YEAR
from portal.models import User
from wallets.operations.provider_files import booked_by_us
from wallets.providers.sandbox.site.store import Store, book

DAYS = 3
PUT_IN = {"EUR": 25_000_00, "USD": 10_000_00}
"""In cents: programmes cost more than fees bring in."""


def acts(people: dict[str, User], now: dt.datetime) -> list[Act]:
    return [(now - dt.timedelta(days=YEAR), partial(_put_in, currency)) for currency in PUT_IN]


def _put_in(currency: str, at: dt.datetime) -> None:
    move_own_funds(
        currency=currency,
        amount=PUT_IN[currency],
        takes_out=False,
        reference=f"demo {currency}",
        reason="The owners' deposit before the first day.",
        at=at,
    )


def tell(now: dt.datetime) -> None:
    path = settings.SANDBOX_CHECKOUT_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with Store(path, lifetime=3600).writing() as connection:
        for ago in range(DAYS):
            day = now.astimezone(dt.UTC).date() - dt.timedelta(days=ago)
            for line in booked_by_us("sandbox", day):
                book(connection, line.what, line.reference, line.amount, line.currency, day.isoformat())

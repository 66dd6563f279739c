"""The sandbox's own account of the last days: what the story says was paid, it knows of too, so that the two
can be compared like those of any provider."""

import datetime as dt

from django.conf import settings

from wallets.operations.provider_files import booked_by_us
from wallets.providers.sandbox.site.store import Store, book

DAYS = 3


def tell(now: dt.datetime) -> None:
    path = settings.SANDBOX_CHECKOUT_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with Store(path, lifetime=3600).writing() as connection:
        for ago in range(DAYS):
            day = now.astimezone(dt.UTC).date() - dt.timedelta(days=ago)
            for line in booked_by_us("sandbox", day):
                book(connection, line.what, line.reference, line.amount, line.currency, day.isoformat())

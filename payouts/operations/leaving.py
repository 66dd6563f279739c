"""What a creator who leaves still has is given up."""

import datetime as dt

from django.db import transaction

from ledger.chart import (
    COIN_FLOAT,
    CREATOR_CASH_AVAILABLE,
    CREATOR_DIAMONDS_AVAILABLE,
    DIAMONDS_ISSUED,
    FORFEITED,
)
from ledger.operations import Transfer, lock, post
from ledger.queries import holdings, rate
from ledger.rates import convert
from ledger.units import DIAMOND
from payouts.models import PayoutMethod

KIND = "closure.earnings"


@transaction.atomic
def settle(*, person, key: str, at: dt.datetime) -> None:
    """Available diamonds cease to be, and the coin float need not hold their worth any longer; available cash
    is ours. No account of theirs is paid to from now on. The same key does it once.

    Raises ledger.queries.NoRate."""
    PayoutMethod.objects.filter(owner=person, retired_at__isnull=True).update(retired_at=at)
    available = holdings(person.pk, [CREATOR_DIAMONDS_AVAILABLE, CREATOR_CASH_AVAILABLE])
    lock(available)
    transfers: list[Transfer] = []
    for account, amount in holdings(person.pk, [CREATOR_DIAMONDS_AVAILABLE, CREATOR_CASH_AVAILABLE]).items():
        if not amount:
            continue
        if account.unit != DIAMOND:
            transfers.append(Transfer(account, FORFEITED.platform(account.unit), amount))
            continue
        transfers.append(Transfer(account, DIAMONDS_ISSUED.platform(), amount))
        if worth := convert(amount, DIAMOND, "USD", rate(DIAMOND, "USD", at).value):
            transfers.append(Transfer(COIN_FLOAT.platform("USD"), FORFEITED.platform("USD"), worth))
    if transfers:
        post(kind=KIND, key=f"{key}:earnings", at=at, transfers=transfers)

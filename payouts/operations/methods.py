"""A creator's bank account is added, replaced or retired. Rows are never edited."""

import datetime as dt
import uuid

from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse

from payouts.encryption import digest
from payouts.ibans import BankAccount, bank_account
from payouts.models import PayoutMethod, PayoutRequest
from payouts.models.policies import MethodKind
from payouts.notices import notify
from payouts.operations.moves import move, release
from payouts.states import OPEN, State

LOCK = dt.timedelta(days=5)
"""How long a changed account waits before it is paid: time to notice that it wasn't you."""


class UnknownMethod(Exception):
    """There is no such method, or it is someone else's."""


def add_method(*, owner, holder: str, iban: str, at: dt.datetime, bic: str = "") -> PayoutMethod:
    """Use this bank account from now on; the one used before is retired, with what waits to be paid to it.
    Whoever ever had another one waits for the lock. Adding the account in use changes nothing.

    Raises payouts.ibans.InvalidAccount."""
    account = bank_account(iban, bic)
    with transaction.atomic():
        get_user_model().objects.select_for_update(no_key=True).get(pk=owner.pk)
        earlier = list(PayoutMethod.objects.select_for_update().filter(owner=owner))
        in_use = next((method for method in earlier if method.retired_at is None), None)
        if in_use is not None:
            if (in_use.iban, in_use.bic, in_use.holder) == (account.iban, account.bic, holder):
                return in_use
            _retire(in_use, at, "You changed your bank account, and we never pay to an old one.")
        return _add(owner, holder, account, at, usable_from=at + LOCK if earlier else at)


def _add(owner, holder: str, account: BankAccount, at: dt.datetime, usable_from: dt.datetime) -> PayoutMethod:
    method = PayoutMethod.objects.create(
        owner=owner,
        kind=MethodKind.IBAN,
        holder=holder,
        iban=account.iban,
        bic=account.bic,
        masked=account.masked,
        bank_name=account.bank_name,
        country=account.country,
        fingerprint=digest(account.iban),
        added_at=at,
        usable_from=usable_from,
    )
    notify(
        person=owner,
        kind="method_added",
        key=f"payout-method:{method.pk}",
        at=at,
        facts={
            "method": method.masked,
            "bank": method.bank_name,
            "usable_from": usable_from if usable_from > at else "",
        },
        url=reverse("payouts:methods"),
    )
    return method


@transaction.atomic
def retire_method(*, owner, method_id: uuid.UUID, at: dt.datetime) -> PayoutMethod:
    """Pay nothing more to this account. Payouts that wait for it are cancelled; one that has been given to
    the bank goes on. Retiring twice does nothing more. Raises UnknownMethod (also for another's)."""
    method = PayoutMethod.objects.select_for_update().filter(id=method_id, owner=owner).first()
    if method is None:
        raise UnknownMethod("There is no such bank account.")
    if method.retired_at is None:
        _retire(method, at, "You removed the bank account that it was going to.")
    return method


def _retire(method: PayoutMethod, at: dt.datetime, reason: str) -> None:
    method.retired_at = at
    method.save(update_fields=["retired_at"])
    waiting = PayoutRequest.objects.select_for_update().filter(
        method=method, state__in=OPEN - {State.REMITTING}
    )
    for payout in waiting:
        move(
            payout,
            State.CANCELLED,
            at=at,
            actor=method.owner,
            public_reason=reason,
            release_entry_id=release(payout, at=at),
        )

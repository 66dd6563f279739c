"""Where a creator is paid is added, replaced or retired. Rows are never edited."""

import datetime as dt
import uuid

from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse

from ledger.encryption import digest
from payouts.destinations import Destination
from payouts.models import PayoutMethod, PayoutRequest
from payouts.notices import notify
from payouts.operations.moves import move, release
from payouts.states import OPEN, State

LOCK = dt.timedelta(days=5)
"""How long a changed account waits before it is paid: time to notice that it wasn't you."""


class UnknownMethod(Exception):
    """There is no such method, or it is someone else's."""


def add_method(*, owner, holder: str, destination: Destination, at: dt.datetime) -> PayoutMethod:
    """Pay to this destination from now on; the one used before is retired, with what waits to be paid to it.
    Whoever ever had another one waits for the lock. Adding the one in use changes nothing."""
    with transaction.atomic():
        get_user_model().objects.select_for_update(no_key=True).get(pk=owner.pk)
        earlier = list(PayoutMethod.objects.select_for_update().filter(owner=owner))
        in_use = next((method for method in earlier if method.retired_at is None), None)
        if in_use is not None:
            known = (in_use.kind, in_use.details, in_use.holder)
            if known == (destination.kind, destination.details, holder):
                return in_use
            _retire(in_use, at, "You changed where you are paid, and we never pay to an old account.")
        return _add(owner, holder, destination, at, usable_from=at + LOCK if earlier else at)


def _add(
    owner, holder: str, destination: Destination, at: dt.datetime, usable_from: dt.datetime
) -> PayoutMethod:
    method = PayoutMethod.objects.create(
        owner=owner,
        kind=destination.kind,
        holder=holder,
        details=destination.details,
        masked=destination.masked,
        bank_name=destination.bank_name,
        country=destination.country,
        fingerprint=digest(destination.identity),
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
        raise UnknownMethod("There is no such account.")
    if method.retired_at is None:
        cancelled = _retire(method, at, "You removed the account that it was going to.")
        notify(
            person=owner,
            kind="method_removed",
            key=f"payout-method:{method.pk}:removed",
            at=at,
            facts={
                "method": method.masked,
                "bank": method.bank_name,
                "cancelled": ", ".join(payout.reference for payout in cancelled),
            },
            url=reverse("payouts:methods"),
        )
    return method


def _retire(method: PayoutMethod, at: dt.datetime, reason: str) -> list[PayoutRequest]:
    """Returns the payouts that it cancelled."""
    method.retired_at = at
    method.save(update_fields=["retired_at"])
    waiting = list(
        PayoutRequest.objects.select_for_update().filter(method=method, state__in=OPEN - {State.REMITTING})
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
    return waiting

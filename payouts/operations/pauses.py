"""Sending nothing more to an account at which three payments in a row did not arrive."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from payouts.models import DestinationPause, PayoutMethod, Remittance
from payouts.notices import notify
from payouts.operations.permissions import NotPermitted, assert_may
from payouts.operations.review import MissingReason
from payouts.queries.pauses import failures_in_a_row, pause_of
from payouts.rails.failures import explain, of_the_destination

FAILURES = 3


class DestinationPaused(Exception):
    """Nothing is sent to this account until a person looked into it."""

    code = "destination_paused"


class UnknownPause(Exception):
    """There is no such pause, or it has been lifted."""

    code = "unknown_pause"


def refuse_paused(method: PayoutMethod) -> None:
    """Raises DestinationPaused."""
    if pause_of(method.fingerprint):
        raise DestinationPaused(
            f"{method.masked} is paused: {FAILURES} payments in a row did not arrive there."
        )


@transaction.atomic
def count_failure(*, remittance: Remittance, at: dt.datetime) -> DestinationPause | None:
    """Call it where an attempt was rejected or came back. Returns the pause that this one made."""
    codes = of_the_destination()
    if remittance.code not in codes:
        return None
    method = PayoutMethod.objects.get(payouts=remittance.payout_id)
    if failures_in_a_row(method.fingerprint, codes) < FAILURES:
        return None
    facts = {"method": method, "code": remittance.code, "paused_at": at}
    pause, made = DestinationPause.objects.get_or_create(
        fingerprint=method.fingerprint, lifted_at=None, defaults=facts
    )
    if not made:
        return None
    _tell(pause, at)
    return pause


def _tell(pause: DestinationPause, at: dt.datetime) -> None:
    """Everybody whose money goes there, not only whose payment was the last to fail."""
    happened = explain(pause.code).what_happened
    paid_there = Q(retired_at__isnull=True) | Q(pk=pause.method_id)
    for method in PayoutMethod.objects.filter(paid_there, fingerprint=pause.fingerprint):
        notify(
            person=method.owner,
            kind="account_paused",
            key=f"account_paused:{pause.pk}:{method.owner_id}",
            at=at,
            facts={"method": method.masked, "times": FAILURES, "reason": happened},
            url=reverse("payouts:methods"),
        )


@transaction.atomic
def lift_pause(*, pause_id: uuid.UUID, actor, reason: str, at: dt.datetime) -> DestinationPause:
    """Payouts may go there again; counting begins anew. Raises NotPermitted, MissingReason, UnknownPause."""
    assert_may(actor, "lift_destinationpause", "You don't have the permission to lift a pause.")
    if not reason.strip():
        raise MissingReason("Write why payments will arrive there now.")
    pauses = DestinationPause.objects.select_for_update(of=("self",)).select_related("method")
    pause = pauses.filter(id=pause_id, lifted_at__isnull=True).first()
    if pause is None:
        raise UnknownPause("There is no such pause, or it has been lifted.")
    if PayoutMethod.objects.filter(owner=actor, fingerprint=pause.fingerprint).exists():
        raise NotPermitted("Nobody lifts the pause of their own account.")
    pause.lifted_at, pause.lifted_by, pause.reason = at, actor, reason.strip()
    pause.save(update_fields=["lifted_at", "lifted_by", "reason"])
    return pause

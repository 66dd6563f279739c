"""A payment file that the bank refused whole, for what may be the fault of one payment in it: its payments
are sent again apart, so that the good ones go out and the bad one stands alone."""

import datetime as dt
import uuid

from django.db.models import OuterRef, Subquery

from payouts.gates.sending import obstacle
from payouts.models import PaymentFile, PayoutRequest, Remittance
from payouts.operations.moves import MethodRetired, Stale, WrongState
from payouts.operations.remittances import remit_together
from payouts.operations.review import NotPermitted, retry
from payouts.remittance_states import RemittanceState
from payouts.states import State


class NotRefused(Exception):
    """The bank did not refuse this file whole, or nothing of it waits to be sent again."""

    code = "not_refused"


def may_be_parted(file: PaymentFile) -> bool:
    """Whether the bank refused all of several payments, and some payout of theirs has not gone on since."""
    told = file.remittances.exclude(state=RemittanceState.REJECTED)
    return file.payments > 1 and not told.exists() and _waiting(file).exists()


def send_apart(*, file_id: uuid.UUID, actor, at: dt.datetime) -> list[Remittance]:
    """Sends again what failed with a refused file, in two files. Where the bank takes one of them and refuses
    the other at once, that one is parted as well, down to a payment alone; where it refuses both, the fault
    is no payment's, and it ends there. Returns the new attempts.

    No second approval is asked. Payouts that are the actor's own, or have something in their way, stay
    failed. Raises NotPermitted, NotRefused, payouts.operations.remittances.NoFreeMessageId."""
    if not (actor.is_staff and actor.has_perm("payouts.retry_payout")):
        raise NotPermitted("You don't have the permission to send payouts again.")
    file = PaymentFile.objects.filter(id=file_id).first()
    if file is None or not may_be_parted(file):
        raise NotRefused("The bank did not refuse this file whole, or nothing of it waits to be sent again.")
    return _send_apart(list(_waiting(file)), actor, at)


def _waiting(file: PaymentFile):
    """Payouts that failed, and of which this file has the last attempt."""
    last = Remittance.objects.filter(payout=OuterRef("pk")).order_by("-attempt").values("file")[:1]
    failed = PayoutRequest.objects.filter(remittances__file=file, state=State.FAILED)
    return failed.annotate(last=Subquery(last)).filter(last=file.pk).order_by("id")


def _send_apart(payouts: list[PayoutRequest], actor, at: dt.datetime) -> list[Remittance]:
    middle = (len(payouts) + 1) // 2
    halves = [half for half in (payouts[:middle], payouts[middle:]) if half]
    sent = [_send(half, actor, at) for half in halves]
    refused = [_refused(attempts) for attempts in sent]
    made = [attempt for attempts in sent for attempt in attempts]
    if sum(refused) == 1 and len(halves) == 2:
        again = PayoutRequest.objects.filter(
            remittances__in=sent[refused.index(True)], state=State.FAILED
        ).order_by("id")
        if len(again) > 1:
            made += _send_apart(list(again), actor, at)
    return made


def _send(payouts: list[PayoutRequest], actor, at: dt.datetime) -> list[Remittance]:
    ready = []
    for payout in payouts:
        if obstacle(payout, at) is None:
            try:
                retry(payout_id=payout.id, version=payout.version, actor=actor, at=at)
            except (NotPermitted, WrongState, Stale, MethodRetired):
                continue  # it stays failed, where whoever may can send it
            ready.append(payout.id)
    return remit_together(payout_ids=ready, at=at).remittances


def _refused(attempts: list[Remittance]) -> bool:
    return bool(attempts) and all(attempt.state == RemittanceState.REJECTED for attempt in attempts)

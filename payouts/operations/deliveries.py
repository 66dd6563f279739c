"""Handing payment files to the bank, by a line or by hand.

What a dead worker or a bad line leaves behind is asked about, and sent again only if the bank provably does
not have it, under the same message id. Nothing here concludes anything from time that has passed.
"""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import Exists, OuterRef

from payouts import rails
from payouts.models import PaymentFile, PayoutRequest, Remittance
from payouts.operations import settlement
from payouts.operations.pauses import count_failure
from payouts.operations.permissions import assert_may, assert_uninvolved
from payouts.operations.review import MissingReason
from payouts.rails.failures import Action, explain
from payouts.rails.interface import ByHand, Refused, Unsure
from payouts.rails.masking import hide_accounts
from payouts.remittance_states import UNDELIVERED, RemittanceState


class NotByHand(Exception):
    """The file went by a line, or somebody has carried it already."""

    code = "not_by_hand"


ASK_AFTER = dt.timedelta(seconds=60)
"""Longer than a call to the bank may take, so that nobody is asked about while someone is still sending."""


def send(*, file: PaymentFile, at: dt.datetime) -> None:
    """Hands a committed file over. The caller is the one who has it in hand (`attempted_at`)."""
    try:
        receipt = rails.get(file.rail).send(file.message)
    except ByHand:
        _leave_to_a_person(file)
    except Refused as refusal:
        _refused(file, at, refusal)
    except Unsure as doubt:
        _unsure(file, doubt)
    else:
        _sent(file, at, receipt)


def take(*, file: PaymentFile, at: dt.datetime) -> bool:
    """Takes a file in hand again; False where another worker has it in hand since."""
    mine = PaymentFile.objects.filter(id=file.id, attempted_at=file.attempted_at)
    if not mine.update(attempted_at=at):
        return False
    file.attempted_at = at
    return True


def ask(*, file_id: uuid.UUID, at: dt.datetime) -> PaymentFile:
    """Asks the bank about a file that nobody heard back from; sends it again only if it does not have it and
    has told of no payment in it.

    A no-op for one that was taken in hand less than ASK_AFTER ago, that a person carries, or that has been
    heard of."""
    file = PaymentFile.objects.get(id=file_id)
    silent = PaymentFile.objects.filter(
        Exists(Remittance.objects.filter(file=OuterRef("pk"), state__in=UNDELIVERED)),
        id=file_id,
        by_hand=False,
        attempted_at=file.attempted_at,
        attempted_at__lte=at - ASK_AFTER,
    )
    if not silent.update(attempted_at=at):
        return file
    file.attempted_at = at
    references = list(file.remittances.values_list("end_to_end_id", flat=True))
    try:
        held = rails.get(file.rail).holds(message_id=file.message_id, end_to_end_ids=references)
    except ByHand:
        _leave_to_a_person(file)
        return file
    except Unsure as doubt:
        _unsure(file, doubt)
        return file
    if held:
        _sent(file, at, {"asked": "The bank has it."})
    elif file.remittances.exclude(state__in=UNDELIVERED).exists():
        _unsure(file, Unsure("The bank does not have this file, and has told of payments in it: ask it."))
    else:
        send(file=file, at=at)
    return file


def hand_over(*, file_id: uuid.UUID, actor, at: dt.datetime) -> PaymentFile:
    """A person has uploaded the file at the bank. Raises NotPermitted, NotByHand."""
    with transaction.atomic():
        file = _carried(file_id, actor, at)
        _sent(file, at, {"by_hand": str(actor.pk)})
    return file


def report_refusal(*, file_id: uuid.UUID, actor, reason: str, at: dt.datetime) -> PaymentFile:
    """A person tried to upload the file, and the bank would not have it: its payouts fail, to be sent again.

    Raises NotPermitted, MissingReason, NotByHand."""
    if not reason.strip():
        raise MissingReason("Write what the bank said.")
    with transaction.atomic():
        file = _carried(file_id, actor, at)
        _refused(file, at, Refused("REFUSED", reason.strip()))
    return file


def _carried(file_id: uuid.UUID, actor, at: dt.datetime) -> PaymentFile:
    assert_may(actor, "hand_over_paymentfile", "You don't have the permission to carry files to the bank.")
    file = PaymentFile.objects.select_for_update(of=("self",)).filter(id=file_id).first()
    if file is None or not file.by_hand or file.handed_over_at is not None:
        raise NotByHand("This file does not wait for anyone to carry it to the bank.")
    assert_uninvolved(actor, PayoutRequest.objects.filter(remittances__file=file))
    file.handed_over_at, file.handed_over_by = at, actor
    file.save(update_fields=["handed_over_at", "handed_over_by"])
    return file


def _undelivered(file: PaymentFile):
    """Its payments of which the bank's own messages have not told more meanwhile."""
    return Remittance.objects.filter(file=file, state__in=UNDELIVERED)


def _leave_to_a_person(file: PaymentFile) -> None:
    file.by_hand = True
    file.save(update_fields=["by_hand"])


@transaction.atomic
def _sent(file: PaymentFile, at: dt.datetime, receipt: dict) -> None:
    file.receipt, file.problem = receipt, ""
    file.save(update_fields=["receipt", "problem"])
    _undelivered(file).update(state=RemittanceState.SENT, sent_at=at, problem="")


@transaction.atomic
def _unsure(file: PaymentFile, doubt: Unsure) -> None:
    file.problem = str(doubt)
    file.save(update_fields=["problem"])
    _undelivered(file).update(state=RemittanceState.UNKNOWN, problem=str(doubt))


@transaction.atomic
def _refused(file: PaymentFile, at: dt.datetime, refusal: Refused) -> None:
    """All of its payments or none: a file of which a part has failed is never sent again."""
    refusal = Refused(refusal.code, hide_accounts(str(refusal)))
    file.problem = str(refusal)
    file.save(update_fields=["problem"])
    for remittance in _undelivered(file).order_by("payout_id"):
        _reject(remittance, at, refusal)


def _reject(remittance: Remittance, at: dt.datetime, refusal: Refused) -> None:
    moved = Remittance.objects.filter(id=remittance.id, state__in=UNDELIVERED).update(
        state=RemittanceState.REJECTED, rejected_at=at, code=refusal.code[:40], problem=str(refusal)
    )
    remittance.refresh_from_db()
    if moved:
        fail_payout(remittance, at=at, evidence={"remittance": str(remittance.id), "text": str(refusal)})


def fail_payout(remittance: Remittance, *, at: dt.datetime, evidence: dict) -> None:
    """Tells the payout what the rejected attempt's code means; where no retry can help, the diamonds go back.

    Raises WrongState."""
    failure = explain(remittance.code)
    settlement.fail(
        payout_id=remittance.payout_id,
        code=remittance.code,
        at=at,
        evidence=evidence,
        reason=str(failure),
        final=failure.action is not Action.WAIT,
    )
    count_failure(remittance=remittance, at=at)

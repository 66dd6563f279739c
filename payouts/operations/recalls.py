"""Calling a payment back, on rails that can: today Stripe, which takes it out of the creator's balance there.
The rail's own word then returns the payout, and its diamonds become available; what happens to them next is
not decided here."""

import datetime as dt
import uuid

from django.db import IntegrityError, transaction

from payouts import rails
from payouts.models import PayoutRequest, Recall, Remittance
from payouts.operations.deliveries import ASK_AFTER
from payouts.operations.permissions import NotPermitted, assert_may, assert_uninvolved
from payouts.rails.interface import Refused, Unsure
from payouts.remittance_states import RemittanceState


class UnableToRecall(Exception):
    """This can't be called back, or not by this person; `code` names why. Nothing has changed."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def recall(*, remittance_id: uuid.UUID, actor, reason: str, at: dt.datetime) -> Recall:
    """Calls a settled payment back. Its row is kept before the rail is asked; without a clear answer it is
    asked again later, under the same key. Raises UnableToRecall."""
    remittance = Remittance.objects.select_related("payout").filter(id=remittance_id).first()
    if remittance is None:
        raise UnableToRecall("not_found", "There is no such payment.")
    try:
        assert_may(actor, "recall_payout", "You don't have the permission to call payments back.")
        assert_uninvolved(actor, PayoutRequest.objects.filter(pk=remittance.payout_id))
    except NotPermitted as refusal:
        raise UnableToRecall(refusal.code, str(refusal)) from refusal
    if not reason.strip():
        raise UnableToRecall("missing_reason", "Write a reason.")
    if not recallable(remittance):
        raise UnableToRecall("wrong_state", "Only a settled payment over Stripe can be called back.")
    try:
        with transaction.atomic():
            asked = Recall.objects.create(
                remittance=remittance, asked_by=actor, reason=reason.strip(), asked_at=at, attempted_at=at
            )
    except IntegrityError:
        raise UnableToRecall("asked_already", "Someone else has just called this payment back.") from None
    _ask(asked, at)
    return asked


def recallable(remittance: Remittance) -> bool:
    return remittance.state == RemittanceState.SETTLED and _takes_back(remittance.rail)


def _takes_back(name: str) -> bool:
    return name in rails.names() and hasattr(rails.get(name), "take_back")


def ask_again(*, recall_id: uuid.UUID, at: dt.datetime) -> Recall:
    """Asks again where nobody heard back; a no-op for a recall that was asked less than ASK_AFTER ago."""
    asked = Recall.objects.select_related("remittance").get(id=recall_id)
    silent = Recall.objects.filter(
        id=recall_id,
        state=Recall.State.ASKED,
        attempted_at=asked.attempted_at,
        attempted_at__lte=at - ASK_AFTER,
    )
    if silent.update(attempted_at=at):
        _ask(asked, at)
    return asked


def _ask(asked: Recall, at: dt.datetime) -> None:
    rail = rails.get(asked.remittance.rail)
    try:
        asked.receipt = rail.take_back(end_to_end_id=asked.remittance.end_to_end_id, key=asked.id.hex)
        asked.state, asked.decided_at, asked.problem = Recall.State.DONE, at, ""
    except Refused as refusal:
        asked.state, asked.decided_at, asked.problem = Recall.State.REFUSED, at, str(refusal)
    except Unsure as doubt:
        asked.problem = str(doubt)
    asked.save(update_fields=["state", "decided_at", "problem", "receipt"])

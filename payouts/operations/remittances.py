"""Putting approved payouts into messages to the bank.

An attempt is committed with its message before the bank is called (`deliveries`), so that a worker may die at
any moment.
"""

import datetime as dt
import time
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.http import int_to_base36

from payouts import rails
from payouts.models import PaymentFile, PayoutRequest, Remittance
from payouts.operations import deliveries, settlement
from payouts.operations.deliveries import fail_payout
from payouts.operations.moves import locked
from payouts.operations.pauses import refuse_paused
from payouts.rails.interface import Order, Payment, Unpayable
from payouts.remittance_states import RemittanceState
from payouts.states import State

TAKE_AGAIN_AFTER = deliveries.ASK_AFTER / 4


class NoFreeMessageId(Exception):
    """The bank tells messages apart by the minute, and this minute has no more to give. Try the next."""


@dataclass
class Remitted:
    """`remittances`: the attempts that were made, refused ones among them. `left`: payouts that stay
    approved, and why."""

    remittances: list[Remittance] = field(default_factory=list)
    left: dict[uuid.UUID, Exception] = field(default_factory=dict)


def remit_together(*, payout_ids: Iterable[uuid.UUID], at: dt.datetime) -> Remitted:
    """Sends approved payouts, as many in one message as their rail takes.

    Each stands alone: one that can't be paid fails, one that may not be sent is left, those that are not
    waiting to be sent are passed over, and none stops another. Repeating it sends nothing twice.

    Raises NoFreeMessageId: then nothing was sent, and all stay approved."""
    done = Remitted()
    files = _commit(sorted(set(payout_ids)), at, done)
    began = time.monotonic()
    for file in files:
        waited = dt.timedelta(seconds=time.monotonic() - began)
        # The files before it may have taken long, and somebody may have asked the bank about this one.
        if waited < TAKE_AGAIN_AFTER or deliveries.take(file=file, at=at + waited):
            deliveries.send(file=file, at=at)
    for remittance in done.remittances:
        remittance.refresh_from_db()
    return done


@transaction.atomic(durable=True)
def _commit(payout_ids: list[uuid.UUID], at: dt.datetime, done: Remitted) -> list[PaymentFile]:
    writable: dict[tuple[str, str], list[tuple[Remittance, Payment]]] = defaultdict(list)
    for payout_id in payout_ids:
        try:
            with transaction.atomic():
                begun = _begin(payout_id, at)
        except Exception as reason:  # one payout must not hold up the others
            done.left[payout_id] = reason
            continue
        if begun is None:
            continue
        remittance, payment = begun
        done.remittances.append(remittance)
        if payment:
            writable[remittance.rail, remittance.currency].append((remittance, payment))
    files = []
    for (rail, _), pairs in writable.items():
        most = rails.get(rail).capabilities.most_payments
        files += [_file(rail, pairs[start : start + most], at) for start in range(0, len(pairs), most)]
    return [file for file in files if file]


def _begin(payout_id: uuid.UUID, at: dt.datetime) -> tuple[Remittance, Payment | None] | None:
    """An attempt to pay it, with the payment that a message is to carry; without one where the rail can't.
    None for a payout that is not waiting to be sent.

    Raises UnknownPayout, MethodRetired, DestinationPaused, NoRail."""
    payout = locked(payout_id)
    if payout.state != State.APPROVED:
        return None
    refuse_paused(payout.method)
    remittance = _attempt(payout, at)
    settlement.start_remitting(payout_id=payout_id, at=at)
    payment = _payment(payout, remittance)
    try:
        rails.get(remittance.rail).check(payment, at=at)
    except Unpayable as refusal:
        _unpayable(remittance, refusal, at)
        return remittance, None
    return remittance, payment


def _attempt(payout: PayoutRequest, at: dt.datetime) -> Remittance:
    """Raises NoRail."""
    attempt = payout.remittances.count() + 1
    return Remittance(
        payout=payout,
        attempt=attempt,
        rail=rails.for_payment(method_kind=payout.method.kind, currency=payout.currency),
        # A retry has an id of its own, so that a late word about the first attempt can't be taken for it.
        # One letter or digit up to the 35th attempt: ACH carries 15 characters, and a reference has 13.
        end_to_end_id=payout.reference if attempt == 1 else f"{payout.reference}-{_short(attempt)}",
        amount=payout.net,
        currency=payout.currency,
        committed_at=at,
    )


def _short(number: int) -> str:
    return int_to_base36(number).upper()


def _payment(payout: PayoutRequest, remittance: Remittance) -> Payment:
    method = payout.method
    return Payment(
        end_to_end_id=remittance.end_to_end_id,
        amount=remittance.amount,
        currency=remittance.currency,
        holder=method.holder,
        country=method.country,
        details=method.details,
        text=f"Payout {payout.reference}",
    )


def _file(rail_name: str, pairs: list[tuple[Remittance, Payment]], at: dt.datetime) -> PaymentFile | None:
    """The message for these payments, kept with them; None where it can't be written, which fails them.

    Raises NoFreeMessageId."""
    rail = rails.get(rail_name)
    remittances, payments = zip(*pairs, strict=True)
    file = PaymentFile(rail=rail_name, committed_at=at, attempted_at=at, currency=payments[0].currency)
    file.message_id = _message_id(rail.message_ids(file_id=file.id.hex, at=at))
    file.payments, file.total = len(payments), sum(payment.amount for payment in payments)
    try:
        file.message = rail.write(Order(message_id=file.message_id, at=at, payments=payments))
    except Unpayable as refusal:
        for remittance in remittances:
            _unpayable(remittance, refusal, at)
        return None
    file.save(force_insert=True)
    for remittance in remittances:
        remittance.file = file
    Remittance.objects.bulk_create(remittances)
    return file


def _message_id(candidates: Iterable[str]) -> str:
    candidates = list(candidates)
    taken = set(PaymentFile.objects.filter(message_id__in=candidates).values_list("message_id", flat=True))
    for candidate in candidates:
        if candidate not in taken:
            return candidate
    raise NoFreeMessageId("The bank takes no more files in this minute; it goes with the next.")


def _unpayable(remittance: Remittance, refusal: Unpayable, at: dt.datetime) -> None:
    remittance.state, remittance.rejected_at = RemittanceState.REJECTED, at
    remittance.code, remittance.problem = refusal.code, str(refusal)
    remittance.save(force_insert=True)
    fail_payout(remittance, at=at, evidence={"remittance": str(remittance.id)})

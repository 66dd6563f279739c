"""What the rail's word does to a payout. All of it may be said twice: what has happened already is returned
as it stands, and nothing moves."""

import datetime as dt
import uuid

from django.db import transaction

from ledger.chart import (
    COIN_FLOAT,
    CREATOR_DIAMONDS_HELD,
    DIAMONDS_REDEEMED,
    FEE_REVENUE,
    FX,
    PAYOUT_CLEARING,
    TAX_WITHHELD,
)
from ledger.operations import Transfer, post, reverse
from payouts.models import PayoutRequest
from payouts.operations import invoices
from payouts.operations.moves import WrongState, locked, move, refuse_retired, release
from payouts.states import State


class UnbalancedLines(Exception):
    """The lines of a payout don't add up to its net. Nothing was posted."""


@transaction.atomic
def start_remitting(*, payout_id: uuid.UUID, at: dt.datetime) -> PayoutRequest:
    """approved → remitting. Commit it together with the remittance, before the rail is called.

    Raises WrongState, MethodRetired."""
    payout = locked(payout_id)
    if payout.state == State.REMITTING:
        return payout
    refuse_retired(payout)
    move(payout, State.REMITTING, at=at)
    return payout


@transaction.atomic
def settle(*, payout_id: uuid.UUID, at: dt.datetime, evidence: dict) -> PayoutRequest:
    """remitting → paid: the bank says that the money has left. Redeems the held diamonds and books net, fees
    and tax. Raises WrongState, UnbalancedLines."""
    payout = locked(payout_id)
    if payout.settlement_entry_id is not None:
        return payout
    if payout.state != State.REMITTING:
        raise WrongState(
            f"Payout {payout.reference} is {payout.get_state_display().lower()}, not on its way."
        )
    posted = post(
        kind="payout_settlement",
        key=f"payout:{payout.id}:settlement",
        at=at,
        transfers=settlement_transfers(payout),
    )
    move(payout, State.PAID, at=at, evidence=evidence, settlement_entry_id=posted.entry_id)
    invoices.issue(payout, at=at)
    return payout


def settlement_transfers(payout: PayoutRequest) -> list[Transfer]:
    """Held diamonds are redeemed; their worth leaves the coin float in dollars and, changed where needed,
    goes out as net, fees and tax. Raises UnbalancedLines."""
    lines = [
        (PAYOUT_CLEARING, payout.net),
        (FEE_REVENUE, payout.fee + payout.fx_fee),
        (TAX_WITHHELD, payout.tax),
    ]
    if sum(amount for _, amount in lines) != payout.gross:
        raise UnbalancedLines(f"The lines of payout {payout.reference} don't add up to {payout.gross}.")
    transfers = [
        Transfer(CREATOR_DIAMONDS_HELD.of(payout.creator_id), DIAMONDS_REDEEMED.platform(), payout.diamonds)
    ]
    source = COIN_FLOAT.platform("USD")
    if payout.currency != "USD":
        transfers.append(Transfer(source, FX.platform("USD"), payout.gross_usd))
        source = FX.platform(payout.currency)
    elif payout.gross != payout.gross_usd:
        raise UnbalancedLines(f"Payout {payout.reference} is in dollars and its two gross amounts differ.")
    return transfers + [
        Transfer(source, account.platform(payout.currency), amount) for account, amount in lines if amount
    ]


@transaction.atomic
def fail(
    *, payout_id: uuid.UUID, code: str, at: dt.datetime, evidence: dict, reason: str = "", final: bool = False
) -> PayoutRequest:
    """remitting → failed: the rail refused it. The diamonds stay held for a retry; `final` says that none
    can help, and goes on to cancelled, as does one whose account was retired meanwhile: nothing is sent to it
    again. `reason` is the sentence that the creator reads. Raises WrongState."""
    payout = locked(payout_id)
    final = final or payout.method.retired_at is not None
    failed_already = payout.state == State.FAILED or (final and payout.state == State.CANCELLED)
    if not failed_already:
        move(payout, State.FAILED, at=at, code=code, evidence=evidence, public_reason=reason)
    if final and payout.state == State.FAILED:
        move(
            payout,
            State.CANCELLED,
            at=at,
            code=code,
            public_reason="It can't be sent again; your diamonds are available again.",
            release_entry_id=release(payout, at=at),
        )
    return payout


@transaction.atomic
def return_payout(
    *, payout_id: uuid.UUID, code: str, at: dt.datetime, evidence: dict, reason: str = ""
) -> PayoutRequest:
    """paid → returned: the receiving bank sent the money back. The settlement is reversed and the diamonds
    become available, whole. Raises WrongState."""
    payout = locked(payout_id)
    if payout.state == State.RETURNED:
        return payout
    if payout.state != State.PAID:
        raise WrongState(f"Payout {payout.reference} is {payout.get_state_display().lower()}, not paid.")
    reversal = reverse(
        entry_id=payout.settlement_entry_id,
        key=f"payout:{payout.id}:return",
        reason=f"returned: {code}",
        at=at,
        kind="payout_return",
    )
    move(
        payout,
        State.RETURNED,
        at=at,
        code=code,
        evidence=evidence,
        public_reason=reason,
        reversal_entry_id=reversal.entry_id,
        release_entry_id=release(payout, at=at),
    )
    invoices.credit(payout, at=at)
    return payout

"""What the rail's word does to a payout. All of it may be said twice: what has happened already is returned
as it stands, and nothing moves."""

import datetime as dt
import uuid

from django.db import transaction

from ledger.chart import (
    COIN_FLOAT,
    DIAMONDS_REDEEMED,
    FEE_REVENUE,
    FX,
    PAYOUT_CLEARING,
    TAX_WITHHELD,
    Account,
)
from ledger.operations import Transfer, post, reverse
from ledger.units import DIAMOND
from payouts.models import PayoutRequest
from payouts.operations import invoices
from payouts.operations.moves import WrongState, held, locked, move, refuse_retired, release
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
    """What is held is redeemed; its worth, changed where needed, goes out as net, fees and tax. Diamonds'
    worth leaves the coin float in dollars. Raises UnbalancedLines."""
    transfers, sources = [], []
    for line in payout.parts:
        source = held(payout.creator_id, line.unit)
        if line.unit == DIAMOND:
            transfers.append(Transfer(source, DIAMONDS_REDEEMED.platform(), line.amount))
            source = COIN_FLOAT.platform(line.worth_currency)
        if source.unit != payout.currency:
            if line.worth:
                transfers.append(Transfer(source, FX.platform(source.unit), line.worth))
            source = FX.platform(payout.currency)
        elif line.gross != line.worth:
            raise UnbalancedLines(f"Payout {payout.reference} changes nothing and its two amounts differ.")
        sources.append((source, line.gross))
    destinations = [
        (PAYOUT_CLEARING.platform(payout.currency), payout.net),
        (FEE_REVENUE.platform(payout.currency), payout.fee + payout.fx_fee),
        (TAX_WITHHELD.platform(payout.currency), payout.tax),
    ]
    if not payout.gross == sum(amount for _, amount in sources) == sum(amount for _, amount in destinations):
        raise UnbalancedLines(f"The lines of payout {payout.reference} don't add up to {payout.gross}.")
    return transfers + _spread(sources, destinations)


def _spread(sources: list[tuple[Account, int]], destinations: list[tuple[Account, int]]) -> list[Transfer]:
    """Transfers that empty every source, in order, into every destination. Both sum to the same."""
    transfers = []
    waiting = [each for each in reversed(sources) if each[1]]
    for destination, missing in destinations:
        while missing:
            source, left = waiting.pop()
            amount = min(left, missing)
            transfers.append(Transfer(source, destination, amount))
            missing -= amount
            if left > amount:
                waiting.append((source, left - amount))
    return transfers


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
            public_reason="It can't be sent again; what was held is available again.",
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

"""Payouts at the bank, and where they stand when it has said something."""

from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_HELD, PAYOUT_CLEARING
from ledger.queries import balance
from payouts.operations.bank_messages import handle, keep
from payouts.states import State
from tests.factories.payouts import NOW, approved_payout, remit

WHOLE = 2_000_000  # diamonds, in hundredths


def sent(**arguments):
    payout = approved_payout(**arguments)
    remit(payout_id=payout.id, at=NOW)
    return payout


def stand(payout) -> tuple:
    """State, diamonds available and held, cents that left."""
    payout.refresh_from_db()
    accounts = [
        CREATOR_DIAMONDS_AVAILABLE.of(payout.creator_id),
        CREATOR_DIAMONDS_HELD.of(payout.creator_id),
        PAYOUT_CLEARING.platform("EUR"),
    ]
    return (payout.state, *(balance(account) for account in accounts))


def hear(*messages: str) -> None:
    keep(channel="bank", raws=list(messages), at=NOW)
    handle(at=NOW)


ON_ITS_WAY = (State.REMITTING, 0, WHOLE, 0)
PAID = (State.PAID, 0, 0, 8_965)
CANCELLED = (State.CANCELLED, WHOLE, 0, 0)
FAILED = (State.FAILED, 0, WHOLE, 0)
RETURNED = (State.RETURNED, WHOLE, 0, 0)

"""What must still be true of an approved payout on the day on which it is sent."""

import datetime as dt

import structlog

from payouts.batch_states import UNKNOWN
from payouts.gates import failed, gates
from payouts.models import PayoutRequest

logger = structlog.get_logger(__name__)

OF_THE_REQUEST = frozenset({"open_payout", "pay_day", "rate", "balance", "minimum", "daily_cap"})
"""Gates that ask about a request yet to be made; all others must be open on the day of payment, too."""


def obstacle(payout: PayoutRequest, at: dt.datetime) -> tuple[str, str] | None:
    """What stands in the way of sending it: a code, and the sentence that its creator reads."""
    if payout.method.retired_at is not None:
        return "method_retired", f"{payout.method.masked} was retired after the request."
    try:
        closed = [gate for gate in failed(gates(payout.creator, at)) if gate.code not in OF_THE_REQUEST]
    except Exception:  # one odd payout must not stop the others
        logger.exception("sending_gates_failed", payout=str(payout.id))
        return UNKNOWN, "What stands in its way could not be found out; the log says more."
    return (closed[0].code, closed[0].sentence) if closed else None

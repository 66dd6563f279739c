"""What a clawback does, by the state of a payout. `docs/payouts.md` shows the same table."""

from dataclasses import dataclass

from payouts.states import State


@dataclass(frozen=True)
class Row:
    """`of_it`: what happens if staff claw this payout back. `meanwhile`: what another claim on its creator
    does to the diamonds in it."""

    of_it: str
    meanwhile: str


_UNPAID = "Refused: nothing was paid."
_HELD = "They stay held and the rest is owed; its reviewer is told and reads it again."
_FREE = "They are available, so they are taken first."
CLAWBACK: dict[State, Row] = {
    State.REQUESTED: Row(f"{_UNPAID} Reject it.", _HELD),
    State.IN_REVIEW: Row(f"{_UNPAID} Reject it.", _HELD),
    State.ON_HOLD: Row(f"{_UNPAID} Reject it.", _HELD),
    State.APPROVED: Row(f"{_UNPAID} Cancel it.", _HELD),
    State.REMITTING: Row("Refused: wait for the bank's word.", "They stay held and the rest is owed."),
    State.PAID: Row(
        "What is available is taken at once; the rest is owed.", "They can't be reached: the rest is owed."
    ),
    State.FAILED: Row(f"{_UNPAID} Cancel it.", _HELD),
    State.RETURNED: Row("Refused: it came back.", _FREE),
    State.REJECTED: Row(_UNPAID, _FREE),
    State.CANCELLED: Row(_UNPAID, _FREE),
}

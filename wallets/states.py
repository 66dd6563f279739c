"""The states of a coin purchase, of a refund and of a dispute, and who may follow whom.

```
created ──> pending ─┬─> paid
                     ├─> failed ──┐
                     └─> expired ─┴─> paid
```
`created` may also become whatever `pending` may: the provider's word can overtake its answer to us. A failed
or expired purchase still becomes paid when the provider says that it took the money. Paid is the end.

A refund. Its coins are out of the wallet from `requested` on; `rejected` and `failed` put them back.

```
requested ─┬─> approved ──> sending ─┬─> succeeded ──> failed
           └─> rejected              └─> failed
```
Policy approves small ones at once. One that was started at the provider begins at `sending` or later. A bank
may send back what had succeeded.

A dispute. Its state is the strongest word of the provider so far, in whatever order the words came.

```
inquiry ──> open ──> lost ──> won
```
`inquiry` moves nothing. `open` and `lost` take the coins back and freeze the wallet; `won` undoes both, also
after `lost`: the provider returned the money after all.
"""

from django.db import models


class PurchaseState(models.TextChoices):
    CREATED = "created", "Created"
    """Ours alone: the provider has not confirmed that it knows of it."""
    PENDING = "pending", "Waiting for payment"
    """A checkout is open at the provider."""
    PAID = "paid", "Paid"
    """The provider has the money and the viewer has the coins."""
    FAILED = "failed", "Failed"
    """The provider says that the payment did not succeed, or refused to open a checkout."""
    EXPIRED = "expired", "Expired"
    """The provider closed the checkout unpaid."""


PURCHASE_TONES = {
    PurchaseState.CREATED: "warn",
    PurchaseState.PENDING: "info",
    PurchaseState.PAID: "good",
    PurchaseState.FAILED: "bad",
    PurchaseState.EXPIRED: "neutral",
}

MOVES: dict[PurchaseState, frozenset[PurchaseState]] = {
    PurchaseState.CREATED: frozenset(
        {PurchaseState.PENDING, PurchaseState.PAID, PurchaseState.FAILED, PurchaseState.EXPIRED}
    ),
    PurchaseState.PENDING: frozenset({PurchaseState.PAID, PurchaseState.FAILED, PurchaseState.EXPIRED}),
    PurchaseState.FAILED: frozenset({PurchaseState.PAID}),
    PurchaseState.EXPIRED: frozenset({PurchaseState.PAID}),
    PurchaseState.PAID: frozenset(),
}

UNDECIDED = (PurchaseState.CREATED, PurchaseState.PENDING)


def sources(target: PurchaseState) -> list[PurchaseState]:
    """The states from which a purchase may become `target`."""
    return [state for state, targets in MOVES.items() if target in targets]


class EventOutcome(models.TextChoices):
    """What became of something a provider told us."""

    WAITING = "waiting", "Waiting"
    """It is kept, and to be judged by a task."""
    APPLIED = "applied", "Applied"
    """It moved its purchase on."""
    IGNORED = "ignored", "Nothing to do"
    """It told nothing new, or nothing that concerns coins."""
    PARKED = "parked", "Parked for staff"
    """It contradicts what we know; nothing moved, and somebody has to look."""


class RefundState(models.TextChoices):
    REQUESTED = "requested", "Waiting for a decision"
    """The viewer asked; staff decide."""
    APPROVED = "approved", "Approved"
    """Waits to be sent to the provider."""
    SENDING = "sending", "On its way"
    """Given to the provider, or about to be. Only the provider's own word moves it on."""
    SUCCEEDED = "succeeded", "Refunded"
    """The provider paid it back."""
    FAILED = "failed", "Failed"
    """The provider could not pay it back."""
    REJECTED = "rejected", "Not approved"
    """Staff refused it and said why."""


REFUND_MOVES: dict[RefundState, frozenset[RefundState]] = {
    RefundState.REQUESTED: frozenset({RefundState.APPROVED, RefundState.REJECTED}),
    RefundState.APPROVED: frozenset({RefundState.SENDING}),
    RefundState.SENDING: frozenset({RefundState.SUCCEEDED, RefundState.FAILED}),
    RefundState.SUCCEEDED: frozenset({RefundState.FAILED}),
    RefundState.FAILED: frozenset(),
    RefundState.REJECTED: frozenset(),
}

REFUNDS_UNDER_WAY = (RefundState.REQUESTED, RefundState.APPROVED, RefundState.SENDING)
REFUNDS_STANDING = (*REFUNDS_UNDER_WAY, RefundState.SUCCEEDED)
"""Those whose coins are out of the wallet; a failed or rejected one never counts."""


class DisputeState(models.TextChoices):
    INQUIRY = "inquiry", "Inquiry"
    """The bank asks; no money has moved."""
    OPEN = "open", "Open"
    """The provider has withdrawn the money, or is about to, until the bank decides."""
    LOST = "lost", "Lost"
    """The bank decided for the buyer; the money is gone."""
    WON = "won", "Won"
    """Decided for us, withdrawn, or closed before it became one; the money is ours."""


DISPUTES_STANDING = (DisputeState.OPEN, DisputeState.LOST)


def stronger(state: DisputeState, word: DisputeState) -> DisputeState:
    """What a dispute is after a word of the provider, however late it comes."""
    order = list(DisputeState)
    return max(DisputeState(state), DisputeState(word), key=order.index)

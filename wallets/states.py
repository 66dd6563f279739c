"""The states of a coin purchase, and who may follow whom.

```
created ──> pending ─┬─> paid
                     ├─> failed ──┐
                     └─> expired ─┴─> paid
```
`created` may also become whatever `pending` may: the provider's word can overtake its answer to us. A failed
or expired purchase still becomes paid when the provider says that it took the money. Paid is the end.
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

    APPLIED = "applied", "Applied"
    """It moved its purchase on."""
    IGNORED = "ignored", "Nothing to do"
    """It told nothing new, or nothing that concerns coins."""
    PARKED = "parked", "Parked for staff"
    """It contradicts what we know; nothing moved, and somebody has to look."""

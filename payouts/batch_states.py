"""The life of a payout batch, and of each item in it.

    prepared ──> approved ──> done
        └──> discarded

    planned ─┬─> sent | refused | dropped
             └─> withdrawn            skipped

`skipped` and `planned` are what the dry run found; an approved batch decides about every planned item, one at
a time, and is done when none is left.
"""

from django.db.models import TextChoices


class BatchState(TextChoices):
    PREPARED = "prepared", "Waits for approval"
    """A dry run: nothing has moved."""
    APPROVED = "approved", "Being sent"
    """Its control totals are fixed; its items are sent one by one."""
    DONE = "done", "Done"
    """Every item was sent, refused or dropped. What the bank says of them stands with their remittances."""
    DISCARDED = "discarded", "Discarded"
    """Nothing of it was sent; its payouts are free for another batch."""


class ItemState(TextChoices):
    PLANNED = "planned", "To be paid"
    SKIPPED = "skipped", "Skipped"
    """The dry run found something in its way; it waits for a later batch."""
    SENT = "sent", "Sent"
    """Given to the rail. Its remittance tells the rest."""
    REFUSED = "refused", "Refused"
    """The rail could not take it; the payout has failed."""
    DROPPED = "dropped", "Dropped"
    """Something came in its way after the approval; nothing was sent."""
    WITHDRAWN = "withdrawn", "Withdrawn"
    """Its batch was discarded."""


UNKNOWN = "gates_failed"
"""The code of an item for which nobody could find out what stands in its way."""

DECIDED = frozenset({ItemState.SENT, ItemState.REFUSED, ItemState.DROPPED})
"""What an approved batch makes of its planned items."""

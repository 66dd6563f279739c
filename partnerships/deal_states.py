"""The life of a brand deal, of what it delivers, and of its invoices.

    lead <──> negotiating <──> contracted <──> in_progress <──> delivered <──> invoiced <──> paid
      │ └──────────┼────────────────^               │               │             │
      └────────────┴────────────────┴───────────────┴───────────────┴─────────────┴──> lost

A deal is delivered when nothing of it is open, invoiced when an invoice is out, paid when all of them are.

    to_do <──> submitted ──> approved ──> published ──> to_do   (it was taken down)
      │ ^          │  ^          └──> changes
      │ │          v  │
      │ │        changes          dropped <── to_do | submitted | changes | approved
      └─┴────────> published      (nobody has to approve)

    draft ──> issued <──> partly_paid <──> paid <──> issued   (a payment taken back)
                │ │             └──> written_off
                │ └──> written_off
                └──> cancelled   (by a credit note, which begins and ends as issued)
"""

from django.db.models import TextChoices


class Stage(TextChoices):
    LEAD = "lead", "Lead"
    """Somebody might want something."""
    NEGOTIATING = "negotiating", "Negotiating"
    CONTRACTED = "contracted", "Contracted"
    """Agreed: from here on it counts in the forecast, and its exclusivities bind."""
    IN_PROGRESS = "in_progress", "In progress"
    DELIVERED = "delivered", "Delivered"
    """All that was promised is published or dropped."""
    INVOICED = "invoiced", "Invoiced"
    PAID = "paid", "Paid"
    LOST = "lost", "Lost"
    """Nothing came of it. It stays lost: another attempt is another deal."""


MOVES: dict[Stage, tuple[Stage, ...]] = {
    Stage.LEAD: (Stage.NEGOTIATING, Stage.CONTRACTED, Stage.LOST),
    Stage.NEGOTIATING: (Stage.CONTRACTED, Stage.LEAD, Stage.LOST),
    Stage.CONTRACTED: (Stage.IN_PROGRESS, Stage.NEGOTIATING, Stage.LOST),
    Stage.IN_PROGRESS: (Stage.DELIVERED, Stage.CONTRACTED, Stage.LOST),
    Stage.DELIVERED: (Stage.INVOICED, Stage.IN_PROGRESS, Stage.LOST),
    Stage.INVOICED: (Stage.PAID, Stage.DELIVERED, Stage.LOST),
    Stage.PAID: (Stage.INVOICED,),
    Stage.LOST: (),
}
"""Where a deal may go, the usual way first."""

AGREED = frozenset({Stage.CONTRACTED, Stage.IN_PROGRESS, Stage.DELIVERED, Stage.INVOICED, Stage.PAID})
"""There is a contract."""
AHEAD = frozenset({Stage.CONTRACTED, Stage.IN_PROGRESS, Stage.DELIVERED, Stage.INVOICED})
"""There is a contract, and money to come."""
UNDER_WAY = frozenset({Stage.CONTRACTED, Stage.IN_PROGRESS, Stage.DELIVERED})
"""Something may still be due."""
BEGINNINGS = (Stage.LEAD, Stage.NEGOTIATING, Stage.CONTRACTED, Stage.IN_PROGRESS, Stage.DELIVERED)
"""Where a deal may stand when it is written down first: the later ones come of its invoices."""


class DeliverableState(TextChoices):
    TO_DO = "to_do", "To do"
    SUBMITTED = "submitted", "With the brand"
    """The brand has it, and is to approve."""
    CHANGES = "changes", "Changes wanted"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    DROPPED = "dropped", "Dropped"
    """Both agreed to leave it out."""


_D = DeliverableState
DELIVERABLE_MOVES: dict[DeliverableState, tuple[DeliverableState, ...]] = {
    _D.TO_DO: (_D.SUBMITTED, _D.PUBLISHED, _D.DROPPED),
    _D.SUBMITTED: (_D.APPROVED, _D.CHANGES, _D.TO_DO, _D.DROPPED),
    _D.CHANGES: (_D.SUBMITTED, _D.DROPPED),
    _D.APPROVED: (_D.PUBLISHED, _D.CHANGES, _D.DROPPED),
    _D.PUBLISHED: (_D.TO_DO,),
    _D.DROPPED: (_D.TO_DO,),
}
BRAND_MAY = frozenset({_D.APPROVED, _D.CHANGES})
"""What a brand may say of what was submitted to it."""
DONE = frozenset({_D.PUBLISHED, _D.DROPPED})


class InvoiceState(TextChoices):
    DRAFT = "draft", "Draft"
    """Has no number yet, and may be thrown away."""
    ISSUED = "issued", "Issued"
    PARTLY_PAID = "partly_paid", "Partly paid"
    PAID = "paid", "Paid"
    WRITTEN_OFF = "written_off", "Written off"
    """What is open of it won't come."""
    CANCELLED = "cancelled", "Cancelled"
    """A credit note takes all of it back."""


_I = InvoiceState
INVOICE_MOVES: dict[InvoiceState, frozenset[InvoiceState]] = {
    _I.DRAFT: frozenset({_I.ISSUED}),
    _I.ISSUED: frozenset({_I.PARTLY_PAID, _I.PAID, _I.WRITTEN_OFF, _I.CANCELLED}),
    _I.PARTLY_PAID: frozenset({_I.ISSUED, _I.PARTLY_PAID, _I.PAID, _I.WRITTEN_OFF}),
    _I.PAID: frozenset({_I.ISSUED, _I.PARTLY_PAID}),
    _I.WRITTEN_OFF: frozenset(),
    _I.CANCELLED: frozenset(),
}
OPEN = frozenset({_I.ISSUED, _I.PARTLY_PAID})
"""Somebody owes."""
LIVE = frozenset({_I.ISSUED, _I.PARTLY_PAID, _I.PAID})

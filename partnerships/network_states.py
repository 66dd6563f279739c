r"""How far a commission of a network elsewhere has come, as the network says.

pending ──> approved ──> paid
   │  \         │  ^       │
   │   v        v  │       │
   └──> declined ──┘ <─────┘
"""

from django.db import models


class Network(models.TextChoices):
    AMAZON = "amazon", "Amazon Associates"
    AWIN = "awin", "Awin"
    CJ = "cj", "CJ"
    IMPACT = "impact", "Impact"


class CommissionState(models.TextChoices):
    PENDING = "pending", "Pending"
    """Tracked; the advertiser may still decline it."""
    APPROVED = "approved", "Approved"
    """Sure, and not yet known to be paid."""
    PAID = "paid", "Paid"
    """Paid by the network, as its file says."""
    DECLINED = "declined", "Declined"
    """Refused or reversed: it brings nothing."""


FOLLOWS = {
    CommissionState.PENDING: {CommissionState.APPROVED, CommissionState.PAID, CommissionState.DECLINED},
    CommissionState.APPROVED: {CommissionState.PAID, CommissionState.DECLINED},
    CommissionState.PAID: {CommissionState.DECLINED},
    CommissionState.DECLINED: {CommissionState.APPROVED, CommissionState.PAID},
}
"""What a later file may say of a commission; anything else is an older file."""
TONES = {
    CommissionState.PENDING: "warn",
    CommissionState.APPROVED: "info",
    CommissionState.PAID: "good",
    CommissionState.DECLINED: "bad",
}

"""What the wallets know of somebody who leaves."""

import uuid

from wallets.models import CoinPurchase


def ever_paid(person_id: uuid.UUID) -> bool:
    """Whether money of theirs ever came in."""
    return CoinPurchase.objects.filter(viewer=person_id, entry__isnull=False).exists()

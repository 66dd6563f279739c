"""What payouts know of somebody who leaves."""

import uuid

from payouts.models import PayoutRequest
from payouts.states import State


def ever_sent(person_id: uuid.UUID) -> bool:
    """Whether money ever went out to them, even if it came back."""
    sent = [State.REMITTING, State.FAILED, State.PAID, State.RETURNED]
    return PayoutRequest.objects.filter(creator=person_id, state__in=sent).exists()

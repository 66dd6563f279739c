"""Claims on payouts that were paid."""

import datetime as dt

from payouts.models import Clawback
from payouts.operations.clawbacks import claw_back
from tests.factories.payouts import NOW, reviewer

LATER = NOW + dt.timedelta(days=40)
WHY = "The gifts were paid for with stolen cards."


def clawed(payout, *, diamonds=None, actor=None, at=LATER) -> Clawback:
    payout.refresh_from_db()
    claw_back(
        payout_id=payout.id,
        version=payout.version,
        actor=actor or reviewer(),
        reason=WHY,
        at=at,
        diamonds=diamonds,
    )
    return Clawback.objects.latest("id")

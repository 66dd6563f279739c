"""What comes after payouts: a claim on one of them, and every month's statement."""

import datetime as dt

from django.db import connection

from payouts.operations.clawbacks import claw_back, repay
from payouts.operations.statements import seal_due
from payouts.states import State
from portal.models import User

CLAIMED = "bram@demo.test"
SHARE = 4
"""A quarter of the payout is claimed back."""


def tell(people: dict[str, User], now: dt.datetime) -> None:
    """Told once: a payout of which something was claimed back already stays as it is."""
    with connection.cursor() as cursor:  # a year was written just now, and nobody counted its rows yet
        cursor.execute("ANALYZE ledger_account, ledger_entry, ledger_transfer")
    bram = people[CLAIMED]
    payout = bram.payouts.filter(state=State.PAID).order_by("id").last()
    if payout is not None and not bram.clawbacks.exists():
        claw_back(
            payout_id=payout.pk,
            version=payout.version,
            actor=people["lead@demo.test"],
            reason="Some of the gifts that this payout was for had been paid for with stolen cards.",
            internal_note="The cards' owners told their banks; see the disputes.",
            at=now - dt.timedelta(days=2),
            diamonds=payout.diamonds // SHARE,
        )
        repay(creator_id=bram.pk, at=now - dt.timedelta(days=1))
    for person in people.values():
        if person.is_creator:
            seal_due(creator_id=person.pk, at=now)

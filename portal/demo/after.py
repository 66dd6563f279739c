"""What comes after payouts: a claim on one of them, and every month's statement."""

import datetime as dt
from functools import partial
from operator import itemgetter

from payouts.operations.clawbacks import claw_back, repay
from payouts.operations.statements import seal_due
from payouts.states import State
from portal.demo import Act
from portal.demo.year import DAYS
from portal.models import User

CLAIMED = "bram@demo.test"
SHARE = 4
"""A quarter of the payout is claimed back."""


def acts(people: dict[str, User], now: dt.datetime) -> list[Act]:
    """Every month's statement on its second day; a claim on a payout, once."""
    seconds = (now - dt.timedelta(days=ago) for ago in range(DAYS, 0, -1))
    sealed = [(day, partial(_seal, people)) for day in seconds if day.day == 2]
    claimed = [
        (now - dt.timedelta(days=2), partial(_claim, people)),
        (now - dt.timedelta(days=1), partial(_repay, people[CLAIMED])),
    ]
    return sorted([*sealed, *claimed, (now, partial(_seal, people))], key=itemgetter(0))


def _seal(people: dict[str, User], at: dt.datetime) -> None:
    for person in people.values():
        if person.is_creator:
            seal_due(creator_id=person.pk, at=at)


def _claim(people: dict[str, User], at: dt.datetime) -> None:
    bram = people[CLAIMED]
    payout = bram.payouts.filter(state=State.PAID).order_by("id").last()
    if payout is not None and not bram.clawbacks.exists():
        claw_back(
            payout_id=payout.pk,
            version=payout.version,
            actor=people["lead@demo.test"],
            reason="Some of the gifts that this payout was for had been paid for with stolen cards.",
            internal_note="The cards' owners told their banks; see the disputes.",
            at=at,
            diamonds=payout.diamonds // SHARE,
        )


def _repay(creator: User, at: dt.datetime) -> None:
    repay(creator_id=creator.pk, at=at)

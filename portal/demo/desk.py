"""What reviewers find at the desk beside the payouts that wait there."""

import datetime as dt

from payouts.operations.conversations import tell, write_note
from payouts.queries import open_payout
from portal.models import User
from portal.operations.sightings import saw

SUSPECT, FAN = "theo@demo.test", "beatriz@demo.test"
"""A creator, and a viewer who logs in with the creator's own browser."""


def meet(people: dict[str, User], at: dt.datetime) -> None:
    for email in (SUSPECT, FAN):
        saw(person=people[email], address="", device="demo: a shared tablet", at=at)


def write(people: dict[str, User], at: dt.datetime) -> None:
    """Once, while something waits."""
    payout = open_payout(people[SUSPECT].pk)
    if payout is None or payout.internal_notes.exists():
        return
    reviewer = people["staff@demo.test"]
    facts = {"payout_id": payout.pk, "actor": reviewer, "at": at}
    write_note(
        key=f"demo:{payout.pk}:note", text="Same tablet as a viewer. A shared flat, he said once.", **facts
    )
    tell(key=f"demo:{payout.pk}:message", text="We look at it on Monday, after the holiday.", **facts)

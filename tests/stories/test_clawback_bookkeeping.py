"""The clawback of docs/bookkeeping.md, through the same operations as the desk."""

import datetime as dt

import pytest

from ledger.queries import postings_of, reversals_of
from payouts.models import Clawback
from payouts.operations.clawbacks import claw_back, repay, withdraw
from tests.factories.payouts import NOW, give_diamonds, paid_payout
from tests.factories.people import StaffFactory
from tests.stories.test_bookkeeping import tables

LATER = NOW + dt.timedelta(days=30)


@pytest.mark.django_db
def test_the_clawback_of_the_page():
    payout, staff = paid_payout(), StaffFactory(is_superuser=True)
    give_diamonds(payout.creator, 500_000, at=LATER, key="first")
    claw_back(
        payout_id=payout.id,
        version=payout.version,
        actor=staff,
        reason="Stolen cards.",
        at=LATER,
        diamonds=1_400_000,
    )
    clawback = Clawback.objects.get()
    assert [postings_of(clawback.entry_id)] == tables("C1")

    give_diamonds(payout.creator, 300_000, at=LATER, key="second")
    repay(creator_id=payout.creator_id, at=LATER)
    repayment = clawback.repayments.get()
    assert [postings_of(repayment.id)] == tables("C2")

    withdraw(clawback_id=clawback.id, actor=staff, reason="A mistake.", at=LATER)
    back = reversals_of([repayment.id, clawback.entry_id])
    assert [postings_of(back[entry]) for entry in (repayment.id, clawback.entry_id)] == tables("C3")

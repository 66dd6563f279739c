"""Claims, requests and invoices at once, with real threads."""

import datetime as dt
import threading
import time
from unittest import mock

import pytest

from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_OWED
from ledger.operations import InsufficientFunds
from ledger.queries import balance
from payouts.models import PayoutRequest, SelfBillingInvoice
from payouts.operations import clawbacks, settlement
from payouts.operations.clawbacks import claw_back
from payouts.operations.requests import NotEligible, request_payout
from tests.concurrency.threads import PATIENCE, race, somebody_waits_for_us
from tests.factories.payouts import NOW, approved_payout, give_diamonds, paid_payout, reviewer

pytestmark = pytest.mark.django_db(transaction=True)
WHOLE = 2_000_000


@pytest.fixture
def paid():
    payout = paid_payout()
    give_diamonds(payout.creator, WHOLE, at=NOW, key="more")
    return payout


class TestAClaimDuringARequest:
    def meet(self, paid) -> tuple:
        """The claim has read what is available when the request begins, and goes on when that is done or
        waits."""
        has_read, actor, asked = threading.Event(), reviewer(), []

        def read(account):
            amount = balance(account)
            has_read.set()
            deadline = time.monotonic() + PATIENCE
            while not asked and not somebody_waits_for_us() and time.monotonic() < deadline:
                time.sleep(0.01)
            return amount

        def ask():
            has_read.wait(PATIENCE)
            try:
                return request_payout(
                    creator=paid.creator,
                    diamonds=WHOLE,
                    method_id=paid.method_id,
                    key="race",
                    at=NOW,
                )
            finally:
                asked.append(True)

        def claim():
            return claw_back(
                payout_id=paid.id, version=paid.version, actor=actor, reason="Stolen cards.", at=NOW
            )

        with mock.patch.object(clawbacks, "balance", read):
            return tuple(race(lambda number: (claim, ask)[number](), 2))

    def test_takes_what_it_read(self, paid):
        claimed, asked = self.meet(paid)
        assert isinstance(claimed, PayoutRequest)
        assert isinstance(asked, NotEligible)
        kinds = CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_OWED
        assert [balance(kind.of(paid.creator_id)) for kind in kinds] == [0, 0]

    def test_would_fail_without_its_lock(self, paid):
        with mock.patch.object(clawbacks, "lock"):
            claimed, asked = self.meet(paid)
        assert isinstance(claimed, InsufficientFunds)
        assert isinstance(asked, PayoutRequest)


class TestTwoInvoicesAtOnce:
    """Without a control: the held diamonds' row, which both entries lock, keeps them apart already."""

    @pytest.fixture
    def two(self):
        """One payout of a creator to be returned, another to be settled."""
        first = paid_payout()
        second = approved_payout(first.creator, at=NOW + dt.timedelta(hours=1))
        return first, settlement.start_remitting(payout_id=second.id, at=NOW)

    def both(self, two) -> list:
        first, second = two
        works = (
            lambda: settlement.return_payout(payout_id=first.id, code="AC04", at=NOW, evidence={}),
            lambda: settlement.settle(payout_id=second.id, at=NOW, evidence={}),
        )
        return race(lambda number: works[number](), 2)

    def numbers(self) -> list[int]:
        return sorted(SelfBillingInvoice.objects.values_list("number", flat=True))

    def test_take_one_number_each(self, two):
        assert all(isinstance(outcome, PayoutRequest) for outcome in self.both(two))
        assert self.numbers() == [1, 2, 3]

"""Each rule of `audit_recoveries` sees what breaks it."""

import pytest
from django.db.models import F
from django.utils import timezone

from ledger.chart import VIEWER_COINS
from ledger.operations import thaw
from tests.factories.gifts import gift_type
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import NOW, dispute_event, paid, refund_event
from wallets.audits.recoveries import audit_recoveries
from wallets.models import CoinRefund, Dispute, Freeze, Recovery
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import send_gift


@pytest.fixture
def purchase(viewer):
    bought = paid(viewer)
    handle_payment_event(event=dispute_event(bought, amount=50), at=NOW)
    handle_payment_event(event=refund_event(bought, amount=30), at=NOW)
    return bought


@pytest.fixture
def broken(purchase):
    """What is broken in a test is mended before its books are audited."""
    from django.db import transaction

    savepoint = transaction.savepoint()
    yield lambda: {finding.check for finding in audit_recoveries()}
    transaction.savepoint_rollback(savepoint)


class TestAuditRecoveries:
    def test_finds_nothing_where_all_is_well(self, purchase):
        assert audit_recoveries() == []

    def test_sees_money_that_was_not_booked(self, broken):
        CoinRefund.objects.update(entry=None)
        assert broken() == {"money that refunds and disputes took is booked, and no other"}

    def test_sees_another_amount_than_was_booked(self, broken):
        Dispute.objects.update(amount=51)
        assert broken() == {"money that refunds and disputes took is booked, and no other"}

    def test_sees_a_recovery_that_was_put_back_in_name_only(self, broken):
        Recovery.objects.filter(number=1).update(put_back_at=timezone.now())
        assert "what was recovered stands until it is put back" in broken()

    def test_sees_more_given_back_than_is_claimed(self, broken):
        Dispute.objects.update(coins=1)
        assert broken() == {"no purchase gives back more than is claimed"}

    @pytest.mark.parametrize("more", ["coins", "diamonds"])
    def test_sees_a_gift_that_gave_back_more_than_it_gave(self, broken, more):
        other = paid(UserFactory())
        send_gift(
            viewer=other.viewer, creator=CreatorFactory(), gift_type=gift_type(), quantity=1, key="g", at=NOW
        )
        handle_payment_event(event=refund_event(other, refund="re_2"), at=NOW)
        assert broken() == set()
        Recovery.objects.filter(gift__viewer=other.viewer).update(**{more: F(more) + 1})
        assert "no gift gives back more than it gave" in broken()

    def test_sees_a_wallet_that_thawed_without_reason(self, broken, viewer):
        thaw([VIEWER_COINS.of(viewer.pk)])
        assert broken() == {"a wallet is frozen while there is a cause"}

    def test_sees_a_freeze_that_freezes_nothing(self, broken):
        Freeze.objects.create(
            viewer=UserFactory(), cause="staff", reason="x", placed_at=NOW, placed_by=CreatorFactory()
        )
        assert broken() == {"a wallet is frozen while there is a cause"}

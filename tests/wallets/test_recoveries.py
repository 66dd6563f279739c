"""What several claims take of one gift."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import Sum

from ledger.chart import CREATOR_DIAMONDS_PENDING
from ledger.operations import set_rate
from ledger.queries import balance
from tests.factories.gifts import gift_type
from tests.factories.people import CreatorFactory
from tests.factories.purchases import NOW, dispute_event, paid, refund_event
from wallets.models import Recovery
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import send_gift


@pytest.mark.django_db
class TestAGiftThatTwoPurchasesPaid:
    @pytest.fixture
    def creator(self):
        return CreatorFactory()

    @pytest.fixture
    def purchases(self, viewer):
        facts = {"base": "COIN", "quote": "DIAMOND", "by": None, "reason": ""}
        set_rate(value=Decimal("0.305"), effective_at=NOW, at=NOW, **facts)
        return paid(viewer), paid(viewer)

    def test_is_taken_once_although_claims_fall_in_another_order(self, viewer, creator, purchases):
        """Half of 305 is 152, the other half 153: it depends on which is claimed first."""
        first, second = purchases
        plain, shared = (
            send_gift(
                viewer=viewer,
                creator=creator,
                gift_type=gift_type(),
                quantity=quantity,
                key=str(quantity),
                at=NOW + dt.timedelta(minutes=number),
            ).gift
            for number, quantity in enumerate((13, 2))
        )
        assert (plain.diamonds, shared.diamonds) == (1982, 305)
        words = [
            dispute_event(first),
            dispute_event(second, dispute="dp_2"),
            dispute_event(first, "won"),
            refund_event(first),
        ]
        for word in words:
            handle_payment_event(event=word, at=NOW + dt.timedelta(hours=1))
        standing = Recovery.objects.filter(put_back_at__isnull=True).exclude(gift=None)
        taken = dict(standing.values_list("gift_id").annotate(sum=Sum("diamonds")))
        assert taken == {plain.pk: 1982, shared.pk: 305}
        assert balance(CREATOR_DIAMONDS_PENDING.of(creator.pk)) == 0

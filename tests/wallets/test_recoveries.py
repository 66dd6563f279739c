"""What several claims take of one gift."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from ledger.chart import CREATOR_DIAMONDS_PENDING
from ledger.operations import set_rate
from ledger.queries import balance
from portal.models import Notice
from portal.notices import kinds
from tests.factories.gifts import gift_type
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import NOW, dispute_event, paid, refund_event
from wallets.models import GiftReversal, Recovery
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import send_gift
from wallets.operations.undo import undo_gift
from wallets.queries.provenance import whereabouts


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


@pytest.mark.django_db
class TestAPurchaseOfManyGifts:
    """Its locks are held for some statements, however many gifts it paid for."""

    def give(self, viewer, gifts):
        creators = [CreatorFactory(), CreatorFactory()]
        purchase = paid(viewer, coins=350)
        sent = [
            send_gift(
                viewer=viewer,
                creator=creators[number % 2],
                gift_type=gift_type("clover"),
                quantity=1,
                key=str(number),
                at=NOW,
            ).gift
            for number in range(gifts)
        ]
        return purchase, creators, sent

    def settle(self, purchase, word):
        with CaptureQueriesContext(connection) as asked:
            handle_payment_event(event=dispute_event(purchase, word), at=NOW)
        return len(asked)

    def test_costs_as_many_statements_as_one_of_a_few(self):
        asked = []
        for gifts in (10, 200):
            purchase, creators, sent = self.give(UserFactory(), gifts)
            opened = self.settle(purchase, "open")
            assert [balance(CREATOR_DIAMONDS_PENDING.of(each.pk)) for each in creators] == [0, 0]
            assert Recovery.objects.filter(purchase=purchase, diamonds=100, coins=1).count() == gifts
            won = self.settle(purchase, "won")
            assert [balance(CREATOR_DIAMONDS_PENDING.of(each.pk)) for each in creators] == [50 * gifts] * 2
            reversals = GiftReversal.objects.filter(gift__in=[gift.pk for gift in sent])
            assert sorted(reversals.values_list("diamonds", flat=True)) == [-100] * gifts + [100] * gifts
            asked.append((opened, won))
        assert asked[0] == asked[1]
        assert max(asked[0]) < 100

    def test_takes_few_statements_however_often_a_gift_was_undone(
        self, viewer, django_assert_max_num_queries
    ):
        creator = CreatorFactory()
        purchase = paid(viewer)
        for number in range(40):
            facts = {"creator": creator, "gift_type": gift_type("inkdrop"), "quantity": 3, "at": NOW}
            gift = send_gift(viewer=viewer, key=str(number), **facts).gift
            undo_gift(viewer=viewer, gift_id=gift.pk, at=NOW)
        with django_assert_max_num_queries(30):
            assert whereabouts(viewer.pk, purchase.entry_id).unspent == purchase.coins

    def test_is_told_to_each_creator_once(self, viewer):
        purchase, creators, _ = self.give(viewer, 5)
        self.settle(purchase, "open")
        told = Notice.objects.filter(kind="gifts_taken_back")
        assert {notice.person_id: notice.facts for notice in told} == {
            creators[0].pk: {"gift": "1 × Clover", "others": 2, "diamonds": 300, "cause": "dispute"},
            creators[1].pk: {"gift": "1 × Clover", "others": 1, "diamonds": 200, "cause": "dispute"},
        }
        words = kinds()["gifts_taken_back"].words(told.get(person=creators[1]).facts)
        assert words.title == "2.00 diamonds of gifts were taken back"
        assert "1 × Clover and 1 other gift had been paid with coins whose payment was dis" in words.reason
        self.settle(purchase, "won")
        assert Notice.objects.filter(kind="gifts_given_back", facts__diamonds=300).count() == 1
        self.settle(purchase, "won")
        assert Notice.objects.filter(kind__startswith="gifts_").count() == 4

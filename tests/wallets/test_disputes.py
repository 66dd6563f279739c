"""What disputes, and refunds started at the provider, do to the books: whatever the order of the words."""

import datetime as dt

import pytest
from django.db import transaction

from ledger.chart import (
    COIN_FLOAT,
    COINS_REDEEMED,
    CREATOR_DIAMONDS_PENDING,
    DISPUTE_LOSSES,
    PAYMENT_CLEARING,
    VIEWER_COINS,
)
from ledger.operations import AccountFrozen, Transfer, post
from ledger.queries import balance, by_day, is_frozen, platform_balances
from tests.factories.gifts import gift_type
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory
from tests.factories.purchases import NOW, dispute_event, paid, refund_event
from wallets.models import CoinRefund, Dispute, Freeze, GiftReversal, Recovery
from wallets.operations.clearing import release_cleared
from wallets.operations.events import handle_payment_event
from wallets.operations.freezes import lift_freeze
from wallets.operations.gifts import send_gift
from wallets.operations.refusals import WalletFrozen
from wallets.states import DisputeState, EventOutcome, RefundState

LATER = NOW + dt.timedelta(days=2)
LOSSES = DISPUTE_LOSSES.platform("EUR")
FLOAT = COIN_FLOAT.platform("EUR")
CLEARING = PAYMENT_CLEARING.platform("EUR")


def hear(event, at=LATER):
    return handle_payment_event(event=event, at=at)


@pytest.fixture
def purchase(viewer):
    """70 coins for 0.85 EUR."""
    return paid(viewer)


@pytest.fixture
def creator(db):
    return CreatorFactory()


def send(viewer, creator, quantity=1, *, key="g", at=NOW, slug="inkdrop"):
    return send_gift(
        viewer=viewer, creator=creator, gift_type=gift_type(slug), quantity=quantity, key=key, at=at
    ).gift


def coins_of(viewer):
    return balance(VIEWER_COINS.of(viewer.pk))


def pending_of(creator):
    return balance(CREATOR_DIAMONDS_PENDING.of(creator.pk))


@pytest.mark.django_db
class TestAnOpenedDispute:
    def test_takes_the_coins_freezes_the_wallet_and_books_the_money(self, viewer, purchase):
        kept = hear(dispute_event(purchase, reason="fraudulent"))
        assert kept.outcome == EventOutcome.APPLIED
        assert coins_of(viewer) == 0
        assert is_frozen(VIEWER_COINS.of(viewer.pk))
        assert (balance(FLOAT), balance(CLEARING), balance(LOSSES)) == (0, 0, 0)
        dispute = Dispute.objects.get()
        assert (dispute.state, dispute.reason, dispute.coins) == (DisputeState.OPEN, "fraudulent", 70)

    def test_leaves_coins_of_other_purchases(self, viewer, purchase):
        paid(viewer)
        hear(dispute_event(purchase))
        assert coins_of(viewer) == 70

    def test_takes_back_pending_diamonds_of_the_gifts_it_paid_for(self, viewer, purchase, creator):
        kind = gift_type("inkdrop")
        gift = send(viewer, creator)
        hear(dispute_event(purchase))
        assert (coins_of(viewer), pending_of(creator)) == (0, 0)
        reversal = GiftReversal.objects.get()
        assert (reversal.gift, reversal.cause, reversal.diamonds) == (gift, "dispute", kind.coins * 100)
        day = NOW.date()
        parts = by_day(CREATOR_DIAMONDS_PENDING.of(creator.pk), since=day, until=day)
        assert sum(part.amount for part in parts) == 0

    def test_takes_only_the_part_of_a_gift_that_it_paid_for(self, viewer, purchase, creator):
        other = paid(viewer)
        kind = gift_type("spark-tap")
        quantity = 80 // kind.coins
        send(viewer, creator, quantity, slug="spark-tap")
        before, spent = pending_of(creator), kind.coins * quantity
        hear(dispute_event(other))
        assert pending_of(creator) == before - (spent - 70) * 100
        assert coins_of(viewer) == 0

    def test_leaves_released_diamonds_with_the_creator(self, viewer, purchase, creator):
        send(viewer, creator)
        late = NOW + dt.timedelta(days=30)
        release_cleared(creator_id=creator.pk, at=late)
        hear(dispute_event(purchase), late)
        assert not GiftReversal.objects.exists()
        recovery = Recovery.objects.get(creator=creator)
        assert (recovery.recovered, recovery.diamonds, recovery.entry) == (0, 0, None)

    def test_takes_no_more_than_a_partial_dispute_is_about(self, viewer, purchase):
        hear(dispute_event(purchase, amount=30))
        assert coins_of(viewer) == 70 - 25  # 30 of 85 cents paid for 24.7 coins
        assert balance(CLEARING) == -55

    def test_moves_nothing_while_it_is_an_inquiry(self, viewer, purchase):
        before = platform_balances()
        hear(dispute_event(purchase, "inquiry"))
        assert platform_balances() == before
        assert not is_frozen(VIEWER_COINS.of(viewer.pk))

    @pytest.mark.parametrize(
        "wrong",
        [{"currency": "USD"}, {"amount": 86}, {"amount": 0}, {"amount": -5}, {"dispute": ""}],
        ids=str,
    )
    def test_is_parked_where_it_does_not_fit(self, viewer, purchase, wrong):
        before = platform_balances()
        assert hear(dispute_event(purchase, **wrong)).outcome == EventOutcome.PARKED
        assert platform_balances() == before
        assert not is_frozen(VIEWER_COINS.of(viewer.pk))

    def test_is_parked_where_nobody_knows_the_payment(self, purchase, nothing_moves):
        kept = hear(dispute_event(purchase, purchase_id=None, payment="pi_unknown"))
        assert (kept.outcome, kept.purchase) == (EventOutcome.PARKED, None)

    def test_refuses_gifts_meanwhile(self, viewer, purchase, creator):
        paid(viewer)
        hear(dispute_event(purchase))
        with pytest.raises(WalletFrozen):
            send(viewer, creator, slug="spark-tap", at=LATER)
        assert (coins_of(viewer), pending_of(creator)) == (70, 0)


@pytest.mark.django_db
class TestADecidedDispute:
    def test_gives_all_back_where_it_was_won(self, viewer, purchase, creator):
        send(viewer, creator, slug="spark-tap")
        before = platform_balances(), coins_of(viewer), pending_of(creator)
        hear(dispute_event(purchase))
        hear(dispute_event(purchase, "won"))
        assert (platform_balances(), coins_of(viewer), pending_of(creator)) == before
        assert not is_frozen(VIEWER_COINS.of(viewer.pk))
        assert sum(each.diamonds for each in GiftReversal.objects.all()) == 0

    def test_costs_nothing_where_all_came_back(self, viewer, purchase, creator):
        send(viewer, creator)
        hear(dispute_event(purchase))
        hear(dispute_event(purchase, "lost"))
        assert balance(LOSSES) == 0
        assert is_frozen(VIEWER_COINS.of(viewer.pk))

    def test_costs_the_platform_what_did_not_come_back(self, viewer, purchase, creator):
        send(viewer, creator)
        coins = gift_type("inkdrop").coins
        late = NOW + dt.timedelta(days=30)
        release_cleared(creator_id=creator.pk, at=late)
        hear(dispute_event(purchase), late)
        assert balance(LOSSES) == 0
        hear(dispute_event(purchase, "lost"), late)
        assert balance(LOSSES) == -85 * coins // 70
        assert balance(FLOAT) == -balance(LOSSES)
        assert balance(CLEARING) == 0

    def test_is_undone_where_the_money_came_back_after_all(self, viewer, purchase):
        before = platform_balances()
        for state in ("open", "lost", "won"):
            hear(dispute_event(purchase, state))
        assert platform_balances() == before
        assert not is_frozen(VIEWER_COINS.of(viewer.pk))

    def test_stays_thawed_where_staff_lifted_the_freeze(self, viewer, purchase):
        hear(dispute_event(purchase))
        lift_freeze(
            freeze_id=Freeze.objects.get().pk, reason="Known", actor=StaffFactory(is_superuser=True), at=LATER
        )
        hear(dispute_event(purchase, "lost"))
        assert not is_frozen(VIEWER_COINS.of(viewer.pk))


@pytest.mark.django_db
class TestARefundFromTheProvider:
    def test_takes_the_coins_and_books_the_money(self, viewer, purchase):
        hear(refund_event(purchase, amount=30))
        assert coins_of(viewer) == 45
        assert balance(CLEARING) == -55
        refund = CoinRefund.objects.get()
        assert (refund.origin, refund.state, refund.amount, refund.coins) == ("provider", "succeeded", 30, 25)
        assert not is_frozen(VIEWER_COINS.of(viewer.pk))

    def test_is_undone_where_it_failed_after_all(self, viewer, purchase):
        before = platform_balances()
        hear(refund_event(purchase))
        hear(refund_event(purchase, "failed", reason="The card is closed."))
        assert platform_balances() == before
        assert coins_of(viewer) == 70

    def test_during_an_open_dispute_moves_nothing_twice(self, viewer, purchase):
        hear(dispute_event(purchase))
        before = coins_of(viewer), balance(LOSSES)
        hear(refund_event(purchase))
        hear(dispute_event(purchase, "won"))
        assert (coins_of(viewer), balance(LOSSES)) == before == (0, 0)
        assert (balance(FLOAT), balance(CLEARING)) == (0, 0)

    def test_is_the_platforms_loss_where_the_dispute_is_lost_as_well(self, viewer, purchase):
        hear(dispute_event(purchase))
        hear(refund_event(purchase))
        hear(dispute_event(purchase, "lost"))
        assert (balance(LOSSES), balance(FLOAT), balance(CLEARING)) == (-85, 0, 85)


@pytest.mark.django_db
def test_a_frozen_wallet_gives_nothing(viewer, purchase):
    paid(viewer)
    hear(dispute_event(purchase))
    transfer = Transfer(VIEWER_COINS.of(viewer.pk), COINS_REDEEMED.platform(), 1)
    with pytest.raises(AccountFrozen), transaction.atomic():
        post(kind="tip", key="t", at=LATER, transfers=[transfer])
    assert coins_of(viewer) == 70


@pytest.mark.django_db
def test_a_failed_refund_is_final(viewer, purchase):
    hear(refund_event(purchase, "failed"))
    assert hear(refund_event(purchase)).outcome == EventOutcome.IGNORED
    assert CoinRefund.objects.get().state == RefundState.FAILED
    assert coins_of(viewer) == 70


@pytest.mark.django_db
def test_tipped_coins_are_the_platforms_loss(viewer, purchase):
    other = UserFactory()
    transfer = Transfer(VIEWER_COINS.of(viewer.pk), VIEWER_COINS.of(other.pk), 70)
    post(kind="tip", key="t", at=NOW, transfers=[transfer])
    hear(dispute_event(purchase))
    hear(dispute_event(purchase, "lost"))
    assert balance(VIEWER_COINS.of(other.pk)) == 70
    assert (balance(LOSSES), balance(FLOAT)) == (-85, 85)

"""Refunds of unspent coins, from the wish to the money."""

import datetime as dt
import uuid

import pytest
from django.contrib.auth.models import Permission

from ledger.chart import COIN_FLOAT, PAYMENT_CLEARING, VIEWER_COINS
from ledger.queries import balance, platform_balances
from tests.factories.gifts import gift_type
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory
from tests.factories.promotions import promoted
from tests.factories.purchases import NOW, dispute_event, paid, recorded
from wallets.models import CoinPurchase, CoinRefund
from wallets.operations import refunds
from wallets.operations.events import handle_payment_event
from wallets.operations.freezes import freeze_wallet
from wallets.operations.gifts import send_gift
from wallets.operations.refunds import approve_refund, reject_refund, request_refund
from wallets.operations.refusals import InsufficientCoins
from wallets.queries.refunds import refund_quote
from wallets.states import RefundState

LATER = NOW + dt.timedelta(days=2)
FLOAT, CLEARING = COIN_FLOAT.platform("EUR"), PAYMENT_CLEARING.platform("EUR")


def coins_of(viewer):
    return balance(VIEWER_COINS.of(viewer.pk))


def ask(purchase, **facts):
    facts = {"viewer": purchase.viewer, "key": "k", "at": LATER, "purchase_id": purchase.pk} | facts
    return request_refund(**facts)


def reviewer():
    staff = StaffFactory()
    staff.user_permissions.add(Permission.objects.get(codename="decide_coinrefund"))
    return staff


def approved(purchase):
    return approve_refund(refund_id=ask(purchase).pk, actor=reviewer(), at=LATER)


@pytest.fixture
def purchase(viewer):
    """70 coins for 0.85 EUR, bought through the desk."""
    return paid(viewer)


def spend(viewer, coins):
    kind = gift_type("clover")
    send_gift(
        viewer=viewer,
        creator=CreatorFactory(),
        gift_type=kind,
        quantity=coins // kind.coins,
        key=str(uuid.uuid4()),
        at=NOW,
    )


@pytest.mark.django_db
class TestRefundQuote:
    def test_is_the_whole_price_of_untouched_coins(self, purchase):
        quote = refund_quote(purchase)
        assert (quote.coins, quote.bonus, quote.amount) == (70, 0, 85)
        assert quote.ends_at == NOW + dt.timedelta(days=14)

    def test_is_rounded_down_for_a_part(self, viewer, purchase):
        spend(viewer, 30)
        assert refund_quote(purchase).amount == 85 * 40 // 70 == 48

    def test_counts_bonus_coins_as_unspent_first(self, viewer):
        promoted(package_coins=70, bonus_coins=30)
        purchase = paid(viewer)
        assert (purchase.coins, purchase.bonus_coins) == (100, 30)
        spend(viewer, 50)
        quote = refund_quote(purchase)
        assert (quote.coins, quote.bonus, quote.amount) == (50, 30, 85 * 20 // 70)
        spend(viewer, 30)
        assert refund_quote(purchase).amount == 0

    def test_is_in_the_purchases_own_parts(self, db):
        """Yen have no smaller part."""
        purchase = paid(UserFactory(country="JP"))
        spend(purchase.viewer, 35)
        assert refund_quote(purchase).amount == purchase.price // 2


@pytest.mark.django_db
class TestRequestRefund:
    def test_takes_the_coins_at_once(self, viewer, purchase):
        refund = ask(purchase)
        assert (refund.state, refund.coins, refund.amount) == (RefundState.REQUESTED, 70, 85)
        assert coins_of(viewer) == 0
        assert (balance(FLOAT), balance(CLEARING)) == (85, -85)
        with pytest.raises(InsufficientCoins):
            spend(viewer, 1)

    def test_leaves_other_coins_alone(self, viewer, purchase):
        paid(viewer)
        ask(purchase)
        assert coins_of(viewer) == 70

    def test_happens_once_for_a_key(self, viewer, purchase):
        assert ask(purchase) == ask(purchase)
        assert CoinRefund.objects.count() == 1

    def test_is_approved_at_once_below_the_policys_amount(self, purchase, settings):
        settings.COIN_REFUND_AT_ONCE_USD = 5
        assert ask(purchase).state == RefundState.APPROVED

    def test_waits_for_staff_above_it(self, viewer, settings):
        settings.COIN_REFUND_AT_ONCE_USD = 5
        assert ask(paid(viewer, coins=700)).state == RefundState.REQUESTED

    def test_is_for_the_buyer_alone(self, purchase, nothing_moves):
        with pytest.raises(CoinPurchase.DoesNotExist):
            ask(purchase, viewer=UserFactory())

    def test_may_be_repeated_after_a_rejection(self, viewer, purchase):
        reject_refund(refund_id=ask(purchase).pk, actor=reviewer(), reason="No", at=LATER)
        assert ask(purchase, key="again").state == RefundState.REQUESTED
        assert coins_of(viewer) == 0

    def refused(self, error, purchase, **facts):
        before = platform_balances(), coins_of(purchase.viewer)
        with pytest.raises(error) as refusal:
            ask(purchase, **facts)
        assert (platform_balances(), coins_of(purchase.viewer)) == before
        assert refusal.value.code
        assert str(refusal.value).endswith(".")

    def test_refuses_an_unpaid_purchase(self, viewer):
        self.refused(refunds.NothingPaid, recorded(viewer))

    def test_refuses_after_two_weeks(self, purchase):
        self.refused(refunds.TooLate, purchase, at=NOW + dt.timedelta(days=14, seconds=1))

    def test_takes_the_last_moment(self, purchase):
        assert ask(purchase, at=NOW + dt.timedelta(days=14))

    def test_refuses_where_all_is_spent(self, viewer, purchase):
        spend(viewer, 70)
        self.refused(refunds.NothingLeft, purchase)

    def test_refuses_a_second_one_under_way(self, purchase):
        ask(purchase)
        self.refused(refunds.UnderWay, purchase, key="other")

    def test_refuses_during_a_dispute(self, purchase):
        handle_payment_event(event=dispute_event(purchase), at=LATER)
        self.refused(refunds.Disputed, purchase)

    def test_refuses_while_the_wallet_is_frozen(self, viewer, purchase):
        staff = StaffFactory(is_superuser=True)
        freeze_wallet(viewer_id=viewer.pk, reason="Look", key=uuid.uuid4(), actor=staff, at=LATER)
        self.refused(refunds.WalletFrozen, purchase)

    def test_refuses_another_amount_than_was_shown(self, viewer, purchase):
        self.refused(refunds.QuoteChanged, purchase, accepted_amount=86)


@pytest.mark.django_db
class TestDecisions:
    def test_approval_leaves_it_to_be_sent(self, purchase):
        staff = reviewer()
        refund = approve_refund(refund_id=ask(purchase).pk, actor=staff, at=LATER)
        assert (refund.state, refund.decided_by, refund.decided_at) == (RefundState.APPROVED, staff, LATER)

    def test_rejection_puts_the_coins_back(self, viewer, purchase):
        before = platform_balances()
        refund = reject_refund(refund_id=ask(purchase).pk, actor=reviewer(), reason="Why", at=LATER)
        assert (refund.state, refund.reason) == (RefundState.REJECTED, "Why")
        assert coins_of(viewer) == 70
        assert platform_balances() == before

    def test_rejection_needs_a_reason(self, viewer, purchase):
        with pytest.raises(refunds.MissingReason):
            reject_refund(refund_id=ask(purchase).pk, actor=reviewer(), reason=" ", at=LATER)
        assert coins_of(viewer) == 0

    @pytest.mark.parametrize("decide", ["approve", "reject"])
    def test_need_the_permission(self, purchase, decide):
        self.refused(decide, ask(purchase), StaffFactory())

    @pytest.mark.parametrize("decide", ["approve", "reject"])
    def test_are_never_ones_own(self, decide):
        self.refused(decide, ask(paid(StaffFactory(is_superuser=True))), None)

    def refused(self, decide, refund, actor):
        actor = actor or refund.purchase.viewer
        before = platform_balances()
        facts = {"reason": "x"} if decide == "reject" else {}
        decision = reject_refund if decide == "reject" else approve_refund
        with pytest.raises(refunds.NotPermitted):
            decision(refund_id=refund.pk, actor=actor, at=LATER, **facts)
        refund.refresh_from_db()
        assert refund.state == RefundState.REQUESTED
        assert platform_balances() == before

    def test_are_made_once(self, purchase):
        refund = approved(purchase)
        with pytest.raises(refunds.AlreadyDecided):
            reject_refund(refund_id=refund.pk, actor=reviewer(), reason="x", at=LATER)

"""What the wallets tell a reviewer of payouts."""

import datetime as dt
from types import SimpleNamespace

import pytest

from tests.factories.gifts import gift_from, gift_type
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import NOW, dispute_event, paid
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import send_gift
from wallets.risk import disputed_purchases, gift_concentration


@pytest.fixture
def creator(viewer):
    creator, purchase = CreatorFactory(), paid(viewer)
    kind = gift_type("inkdrop")
    send_gift(viewer=viewer, creator=creator, gift_type=kind, quantity=2, key="g", at=NOW)
    handle_payment_event(event=dispute_event(purchase), at=NOW)
    return creator


def payout(creator, days=1):
    return SimpleNamespace(creator_id=creator.pk, requested_at=NOW + dt.timedelta(days=days))


class TestDisputedPurchases:
    def test_names_gifts_people_and_what_was_reversed(self, creator, django_assert_num_queries):
        with django_assert_num_queries(3):
            signal = disputed_purchases(payout(creator))
        assert signal["label"] == "Disputes on funding purchases"
        assert "1 gift of 1 viewer in 180 days" in signal["evidence"]
        assert "40" in signal["evidence"]

    def test_says_nothing_of_old_ones(self, creator):
        assert disputed_purchases(payout(creator, 181)) is None

    def test_says_nothing_where_the_dispute_was_won(self, creator, viewer):
        purchase = viewer.coin_purchases.get()
        handle_payment_event(event=dispute_event(purchase, "won"), at=NOW)
        assert disputed_purchases(payout(creator)) is None

    def test_says_nothing_of_others(self, creator):
        assert disputed_purchases(payout(CreatorFactory())) is None


class TestGiftConcentration:
    def give(self, viewer, creator, quantity, key):
        gift_from(viewer, creator, "inkdrop", quantity, key=key, at=NOW)

    @pytest.fixture
    def other_viewer(self, db):
        return UserFactory()

    def test_names_who_is_behind_most_gifts(self, viewer, other_viewer, django_assert_num_queries):
        creator = CreatorFactory()
        self.give(viewer, creator, 3, "a")
        self.give(other_viewer, creator, 2, "b")
        with django_assert_num_queries(2):
            signal = gift_concentration(payout(creator))
        assert signal["evidence"].startswith(f"{viewer.email} gave ")
        assert signal["evidence"].endswith("60 %.")

    def test_says_nothing_of_halves(self, viewer, other_viewer):
        creator = CreatorFactory()
        self.give(viewer, creator, 1, "a")
        self.give(other_viewer, creator, 1, "b")
        assert gift_concentration(payout(creator)) is None

    def test_says_nothing_of_gifts_of_long_ago(self, viewer):
        creator = CreatorFactory()
        self.give(viewer, creator, 1, "a")
        assert gift_concentration(payout(creator, 31)) is None
        assert gift_concentration(payout(CreatorFactory())) is None

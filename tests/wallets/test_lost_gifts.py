"""Lost disputes over gifts that had been released, where creators give them back."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_OWED
from ledger.queries import balance, platform_balances
from portal.models import Notice
from tests.factories.gifts import gift_type
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import NOW, dispute_event, paid
from wallets.operations.clearing import release_cleared
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import send_gift

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=30)


def of(creator) -> tuple[int, int]:
    """Available, owed."""
    return tuple(balance(kind.of(creator.pk)) for kind in (CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_OWED))


@pytest.fixture
def terms(django_db_blocker):
    """Those of the EU claw lost disputes back."""
    from payouts.models import PayoutPolicy

    PayoutPolicy.objects.filter(region="EU").update(claws_back_disputes=True)


@pytest.fixture
def released(terms):
    """A purchase of 70 coins, 60 of which were three gifts that have cleared; and their creator."""
    viewer, creator = UserFactory(), CreatorFactory()
    purchase = paid(viewer)
    for key in "abc":
        give(viewer, creator, "inkdrop", key)
    release_cleared(creator_id=creator.pk, at=LATER)
    return purchase, creator


def give(viewer, creator, slug: str, key: str):
    return send_gift(viewer=viewer, creator=creator, gift_type=gift_type(slug), quantity=1, key=key, at=NOW)


def hear(purchase, state, **facts):
    handle_payment_event(event=dispute_event(purchase, state, **facts), at=LATER)


class TestALostDispute:
    def test_claims_what_was_released_once(self, released):
        purchase, creator = released
        hear(purchase, "open")
        assert of(creator) == (6_000, 0)
        hear(purchase, "lost")
        hear(purchase, "lost")
        assert of(creator) == (0, 0)
        assert creator.clawbacks.count() == 3

    @pytest.mark.parametrize("end", ["lost", "won"])
    def test_takes_as_many_statements_for_many_gifts_as_for_one(self, terms, end):
        """Also where the bank thinks better of it."""
        counts = []
        for gifts in (1, 1, 10):  # the first opens the platform's accounts
            viewer, creator = UserFactory(), CreatorFactory()
            purchase = paid(viewer)
            for number in range(gifts):
                give(viewer, creator, "clover", key=str(number))
            release_cleared(creator_id=creator.pk, at=LATER)
            hear(purchase, "open")
            if end == "won":
                hear(purchase, "lost")
            with CaptureQueriesContext(connection) as statements:
                hear(purchase, end)
            counts.append(len(statements))
            told = Notice.objects.filter(person=creator, kind__startswith="clawback")
            assert told.count() == (2 if end == "won" else 1)
        assert counts[1] == counts[2]

    def test_leaves_the_platform_the_loss_where_the_terms_say_so(self, released):
        from payouts.models import PayoutPolicy

        PayoutPolicy.objects.update(claws_back_disputes=False)
        purchase, creator = released
        hear(purchase, "open")
        hear(purchase, "lost")
        assert of(creator) == (6_000, 0)

    def test_claims_the_share_of_a_partial_one_only(self, released):
        purchase, creator = released
        part = purchase.price // 2  # half the price: 35 coins, ten of which are still in the wallet
        hear(purchase, "open", amount=part)
        hear(purchase, "lost", amount=part)
        coins = purchase.disputes.get().coins
        assert of(creator) == (6_000 - (coins - 10) * 100, 0)

    def test_waits_until_every_dispute_is_decided(self, released):
        purchase, creator = released
        part = purchase.price // 2
        hear(purchase, "open", amount=part)
        hear(purchase, "open", amount=part, dispute="dp_2")
        hear(purchase, "lost", amount=part)
        assert of(creator) == (6_000, 0)
        hear(purchase, "won", amount=part, dispute="dp_2")
        assert 0 < of(creator)[0] < 6_000

    def test_leaves_a_debt_of_what_was_paid_out(self, released):
        from ledger.chart import DIAMONDS_REDEEMED
        from ledger.operations import Transfer, post

        purchase, creator = released
        spent = Transfer(CREATOR_DIAMONDS_AVAILABLE.of(creator.pk), DIAMONDS_REDEEMED.platform(), 6_000)
        post(kind="test_spent", key="spent", at=LATER, transfers=[spent])
        hear(purchase, "open")
        hear(purchase, "lost")
        assert of(creator) == (0, -6_000)

    def test_moves_nothing_of_the_creator_when_it_is_won(self, released):
        purchase, creator = released
        before = platform_balances()
        hear(purchase, "open")
        hear(purchase, "won")
        assert {k: v for k, v in platform_balances().items() if v} == {k: v for k, v in before.items() if v}
        assert not creator.clawbacks.exists()

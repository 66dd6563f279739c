import pytest

from ledger.chart import COINS_ISSUED, VIEWER_COINS
from ledger.operations import Transfer, post
from tests.factories.people import UserFactory
from tests.factories.purchases import NOW, paid, recorded
from wallets.audit import audit_purchases
from wallets.models import CoinPurchase
from wallets.operations.events import entry_key
from wallets.states import PurchaseState

pytestmark = pytest.mark.django_db


@pytest.fixture
def put_right():
    """What a test bends is straight again before the books are audited."""
    bent = []
    yield bent.append
    for purchase in bent:
        CoinPurchase.objects.filter(pk=purchase.pk).update(
            **{name: getattr(purchase, name) for name in ("state", "entry_id", "closed_at", "coins", "price")}
        )


def checks() -> list[str]:
    return [finding.check for finding in audit_purchases()]


class TestAuditPurchases:
    def test_finds_nothing_wrong_with_what_was_sold(self):
        paid(UserFactory(country="JP"), coins=350)
        recorded(UserFactory())
        assert checks() == []

    @pytest.mark.parametrize("facts", [{"coins": 71}, {"price": 84}])
    def test_finds_a_purchase_that_is_not_booked_as_it_was_sold(self, put_right, facts):
        purchase = paid(UserFactory())
        put_right(purchase)
        CoinPurchase.objects.filter(pk=purchase.pk).update(**facts)
        assert checks() == ["every paid purchase is booked as it was sold"]

    def test_finds_an_entry_of_an_unpaid_purchase(self, put_right):
        purchase = recorded(UserFactory())
        coins = Transfer(COINS_ISSUED.platform(), VIEWER_COINS.of(purchase.viewer_id), 70)
        post(kind="coin_purchase", key=entry_key(purchase), at=NOW, transfers=[coins])
        assert checks() == ["no unpaid purchase has an entry"]
        purchase.delete()

    def test_finds_a_paid_purchase_whose_state_was_lost(self, put_right):
        purchase = paid(UserFactory())
        put_right(purchase)
        CoinPurchase.objects.filter(pk=purchase.pk).update(
            state=PurchaseState.PENDING, entry=None, closed_at=None
        )
        assert checks() == ["no unpaid purchase has an entry"]

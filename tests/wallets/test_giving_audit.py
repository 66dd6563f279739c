import pytest

from tests.factories.gifts import NOW, gift_from, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from tests.ledger.test_audit import bent
from wallets.audits.giving import audit_giving
from wallets.operations.tips import send_tip
from wallets.operations.undo import undo_gift

pytestmark = pytest.mark.django_db
UNDONE, TIPPED = "every undo reverses its gift, whole", "every tip is booked as it was sent"

BENDS = {
    "too few coins back": (UNDONE, "UPDATE wallets_giftreversal SET coins = coins - 1"),
    "too few diamonds gone": (UNDONE, "UPDATE wallets_giftreversal SET diamonds = diamonds - 1"),
    "an undo without its entry": (UNDONE, "UPDATE wallets_giftreversal SET id = gen_random_uuid()"),
    "an entry without its undo": (UNDONE, "DELETE FROM wallets_giftreversal"),
    "another tip": (TIPPED, "UPDATE wallets_cointip SET coins = coins + 1"),
    "another moment": (TIPPED, "UPDATE wallets_cointip SET sent_at = sent_at + interval '1 second'"),
    "the other way round": (
        TIPPED,
        "UPDATE wallets_cointip SET sender_id = recipient_id, recipient_id = sender_id",
    ),
    "a tip without its entry": (TIPPED, "UPDATE wallets_cointip SET id = gen_random_uuid()"),
    "an entry without its tip": (TIPPED, "DELETE FROM wallets_cointip"),
}


@pytest.fixture
def _given():
    gift = gift_from(UserFactory(), CreatorFactory())
    undo_gift(viewer=gift.viewer, gift_id=gift.pk, at=NOW)
    give_coins(gift.viewer, 10)
    send_tip(sender=gift.viewer, recipient=UserFactory(), coins=7, key="a", at=NOW)


@pytest.mark.usefixtures("_given")
class TestAuditGiving:
    def test_finds_nothing_where_all_is_well(self):
        assert audit_giving() == []

    @pytest.mark.parametrize("bend", BENDS)
    def test_finds(self, bend):
        check, statement = BENDS[bend]
        with bent(statement):
            assert check in {finding.check for finding in audit_giving()}

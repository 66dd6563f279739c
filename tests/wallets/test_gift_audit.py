"""Each check finds what it is there for: rows are bent by hand, and mended before the books are closed."""

import pytest
from django.core.management import call_command

from ledger.operations import reverse
from tests.factories.gifts import NOW, gift_from, gift_type
from tests.factories.people import CreatorFactory, UserFactory
from tests.factories.purchases import dispute_event, paid, refund_event
from tests.ledger.test_audit import bent
from wallets.audit import audit_gifts
from wallets.models import GiftReversal
from wallets.operations.clearing import release_cleared
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import send_gift

pytestmark = pytest.mark.django_db
BOOKED = "every gift is booked as it was sent"
SENSIBLE = "every gift has a type and is no gift to oneself"
RELEASED = "no day releases more than it earned"

BENDS = {
    "another cost": (BOOKED, "UPDATE wallets_gift SET coins = coins + 1"),
    "another gain": (BOOKED, "UPDATE wallets_gift SET diamonds = diamonds - 1"),
    "another viewer": (BOOKED, "UPDATE wallets_gift SET viewer_id = gen_random_uuid()"),
    "another creator": (BOOKED, "UPDATE wallets_gift SET creator_id = gen_random_uuid()"),
    "another moment": (BOOKED, "UPDATE wallets_gift SET sent_at = sent_at + interval '1 second'"),
    "an entry without its gift": (BOOKED, "DELETE FROM wallets_gift"),
    "a gift without its entry": (BOOKED, "UPDATE wallets_gift SET id = gen_random_uuid()"),
    "no type": (SENSIBLE, "UPDATE wallets_gift SET gift_type_id = gen_random_uuid()"),
    "a gift to oneself": (SENSIBLE, "UPDATE wallets_gift SET creator_id = viewer_id"),
    "a release of another day": (
        RELEASED,
        "UPDATE ledger_entry SET day = day + 1 WHERE kind = 'release'",
    ),
}


@pytest.fixture
def gift():
    gift = gift_from(UserFactory(), CreatorFactory(), quantity=2)
    assert release_cleared(creator_id=gift.creator_id, at=NOW.replace(month=5)) == gift.diamonds
    return gift


class TestAuditGifts:
    def test_finds_nothing_where_gifts_were_sent_released_and_reversed(self, gift):
        undone = gift_from(gift.viewer, gift.creator)
        reverse(entry_id=undone.pk, key="undo", reason="sent by mistake", at=NOW)
        assert audit_gifts() == []

    def test_finds_nothing_where_a_reversal_came_after_the_release(self, gift):
        gift_from(gift.viewer, gift.creator, quantity=9)
        reverse(entry_id=gift.pk, key="late", reason="disputed", at=NOW)
        assert audit_gifts() == []

    def test_finds_nothing_where_what_was_put_back_is_taken_again(self):
        purchase = paid(UserFactory(), at=NOW)
        send_gift(
            viewer=purchase.viewer,
            creator=CreatorFactory(),
            gift_type=gift_type(),
            quantity=1,
            key="g",
            at=NOW,
        )
        for word in (dispute_event(purchase), dispute_event(purchase, "won"), refund_event(purchase)):
            handle_payment_event(event=word, at=NOW)
        assert sum(GiftReversal.objects.values_list("diamonds", flat=True)) == 5_00
        assert audit_gifts() == []

    @pytest.mark.parametrize("bend", BENDS)
    def test_finds(self, gift, bend):
        check, statement = BENDS[bend]
        with bent(statement):
            assert check in {finding.check for finding in audit_gifts()}
        assert audit_gifts() == []

    def test_is_part_of_the_audit_of_the_books(self, gift, capsys):
        with bent("DELETE FROM wallets_gift"), pytest.raises(SystemExit):
            call_command("audit_books")
        assert f"{BOOKED}: {gift.pk}" in capsys.readouterr().err

import datetime as dt
from typing import ClassVar

import pytest

from tests.factories.gifts import NOW, gift_from, gift_type
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import GiftType
from wallets.operations.gift_types import UnableToChangeGift, add_gift, change_gift_price, end_gift_sale
from wallets.queries.gift_types import gift_types_at
from wallets.queries.gift_wishes import wished

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=1)


class TestAddGift:
    FACTS: ClassVar = {"slug": "teapot", "name": "Teapot", "coins": 42, "available_from": LATER, "at": NOW}

    def test_sells_it_from_that_moment_on(self):
        added = add_gift(**self.FACTS)
        assert (added.coins, added.picture, added.available_until) == (42, "gift", None)
        assert not gift_types_at(NOW).filter(slug="teapot").exists()
        assert gift_types_at(LATER).filter(slug="teapot").get() == added

    def test_is_told_that_somebody_else_was_faster(self, monkeypatch):
        add_gift(**self.FACTS)
        monkeypatch.setattr(GiftType, "full_clean", lambda gift_type: None)  # it looked a moment too early
        with pytest.raises(UnableToChangeGift, match="Somebody else"):
            add_gift(**self.FACTS | {"coins": 43})
        assert GiftType.objects.get(slug="teapot").coins == 42

    def test_adds_the_same_once(self):
        assert add_gift(**self.FACTS) == add_gift(**self.FACTS)

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"available_from": NOW - dt.timedelta(seconds=1)}, "in the past"),
            ({"slug": "kite"}, "Another row of this gift"),
            ({"coins": 0}, "1 to 1,000,000 coins"),
            ({"available_until": NOW}, "ends after it began"),
        ],
        ids=str,
    )
    def test_refuses_what_can_not_be_sold(self, wrong, words):
        with pytest.raises(UnableToChangeGift, match=words):
            add_gift(**self.FACTS | wrong)
        assert GiftType.objects.count() == 23


class TestChangeGiftPrice:
    def test_begins_a_row_where_the_old_one_ends(self):
        old = gift_type("kite")
        new = change_gift_price(gift_type_id=old.pk, coins=60, effective_at=LATER, at=NOW)
        old.refresh_from_db()
        assert (old.available_until, new.available_from, new.available_until) == (LATER, LATER, None)
        assert (new.slug, new.name, new.picture, new.coins) == ("kite", "Kite", "kite", 60)
        assert wished("", "kite", NOW) == (None, old)
        assert wished("", "kite", LATER) == (None, new)
        assert gift_types_at(LATER).filter(slug="kite").get() == new

    def test_leaves_what_was_sent_as_it_was(self):
        gift = gift_from(UserFactory(), CreatorFactory(), "kite")
        change_gift_price(gift_type_id=gift.gift_type_id, coins=60, effective_at=LATER, at=NOW)
        gift.refresh_from_db()
        assert (gift.coins, gift.gift_type.coins) == (49, 49)

    def test_does_the_same_once(self):
        facts = {"gift_type_id": gift_type("kite").pk, "coins": 60, "effective_at": LATER, "at": NOW}
        assert change_gift_price(**facts) == change_gift_price(**facts)


class TestChangeGiftPriceRefuses:
    @pytest.fixture(autouse=True)
    def _nothing_changes(self):
        before = list(GiftType.objects.order_by("id").values())
        yield
        assert list(GiftType.objects.order_by("id").values()) == before

    @pytest.mark.parametrize("coins", [0, -1, 1_000_001])
    def test_prices_out_of_range(self, coins):
        with pytest.raises(UnableToChangeGift, match="1 to 1,000,000 coins"):
            change_gift_price(gift_type_id=gift_type("kite").pk, coins=coins, effective_at=LATER, at=NOW)

    def test_moments_that_have_passed(self):
        with pytest.raises(UnableToChangeGift, match="from now on"):
            change_gift_price(
                gift_type_id=gift_type("kite").pk,
                coins=60,
                effective_at=NOW - dt.timedelta(seconds=1),
                at=NOW,
            )


class TestEndGiftSale:
    def test_takes_the_gift_out_of_the_catalogue(self):
        end_gift_sale(gift_type_id=gift_type("kite").pk, ends_at=LATER, at=NOW)
        assert gift_types_at(NOW).filter(slug="kite").exists()
        assert not gift_types_at(LATER).filter(slug="kite").exists()

    def test_does_the_same_once_and_nothing_else_after(self):
        facts = {"gift_type_id": gift_type("kite").pk, "ends_at": LATER, "at": NOW}
        assert end_gift_sale(**facts) == end_gift_sale(**facts)
        with pytest.raises(UnableToChangeGift, match="ends on 2026-03-11"):
            end_gift_sale(**facts | {"ends_at": LATER + dt.timedelta(days=1)})

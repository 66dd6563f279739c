import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from django.db import ProgrammingError
from django.db.transaction import atomic

from ledger import queries
from ledger.chart import COINS_REDEEMED, CREATOR_DIAMONDS_PENDING, DIAMONDS_ISSUED, VIEWER_COINS
from ledger.operations import IdempotencyConflict, set_rate
from ledger.queries import NoRate
from tests.factories.gifts import NOW, gift_type, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import Gift
from wallets.operations import gifts as operations
from wallets.operations import refusals
from wallets.operations.gifts import ledger_key, send_gift


@pytest.fixture
def viewer():
    person = UserFactory()
    give_coins(person, 100)
    return person


@pytest.fixture
def creator():
    return CreatorFactory()


@dataclasses.dataclass
class Sending:
    """The facts of one gift, and the balances around it."""

    viewer: object
    creator: object

    def send(self, **facts):
        facts = {
            "viewer": self.viewer,
            "creator": self.creator,
            "gift_type": facts.get("gift_type") or gift_type(),
            "quantity": 1,
            "key": "a",
            "at": NOW,
        } | facts
        return send_gift(**facts)

    def moved(self):
        accounts = [
            VIEWER_COINS.of(self.viewer.pk),
            COINS_REDEEMED.platform(),
            DIAMONDS_ISSUED.platform(),
            CREATOR_DIAMONDS_PENDING.of(self.creator.pk),
        ]
        return list(queries.balances(accounts).values())


@pytest.fixture
def sending(viewer, creator):
    return Sending(viewer, creator)


@pytest.fixture
def nothing_moves(sending):
    before = sending.moved(), Gift.objects.count()
    yield
    assert (sending.moved(), Gift.objects.count()) == before


@pytest.mark.django_db
class TestSendGift:
    def test_takes_the_coins_and_gives_the_diamonds(self, sending):
        sending.send(quantity=3)
        assert sending.moved() == [85, 15, -15_00, 15_00]

    def test_keeps_the_facts_in_a_row_under_the_entry_s_id(self, sending, viewer, creator):
        sent = sending.send(quantity=3, message="  Bravo! ")
        row = Gift.objects.get()
        assert not sent.replayed
        assert row.pk == sent.gift.pk == queries.entry_of(ledger_key(viewer.pk, "a"))
        assert (row.viewer, row.creator, row.gift_type) == (viewer, creator, gift_type())
        assert (row.quantity, row.coins, row.diamonds, row.rate) == (3, 15, 15_00, Decimal(1))
        assert (row.message, row.sent_at) == ("Bravo!", NOW)
        assert (sent.gift.diamonds, sent.gift.rate) == (row.diamonds, row.rate)

    def test_keeps_only_what_is_seen_of_a_message(self, sending):
        assert sending.send(message="\u202e\u200b").gift.message == ""
        long = sending.send(key="b", message="\u200b" * 200 + "z" * 140)
        assert long.gift.message == "z" * 140

    def test_rounds_diamonds_down_at_the_rate_of_that_moment(self, sending):
        later = NOW + dt.timedelta(hours=1)
        set_rate(
            base="COIN",
            quote="DIAMOND",
            value=Decimal("0.3333"),
            effective_at=later,
            at=NOW,
            by=None,
            reason="",
        )
        assert sending.send(key="before").gift.diamonds == 5_00
        assert sending.send(key="after", at=later).gift.diamonds == 1_66

    def test_spends_the_last_coin(self, sending):
        sending.send(quantity=20)
        assert sending.moved()[0] == 0

    def test_returns_the_first_gift_when_repeated(self, sending):
        first = sending.send(message="Hi")
        again = sending.send(message="Hi", at=NOW + dt.timedelta(minutes=1))
        assert again.replayed
        assert again.gift == first.gift
        assert again.gift.sent_at == NOW
        assert sending.moved()[0] == 95

    def test_returns_the_first_gift_when_the_coins_are_gone_since(self, sending):
        first = sending.send(quantity=20)
        assert sending.send(quantity=20).gift == first.gift

    def test_returns_the_first_gift_when_the_rate_has_changed_since(self, sending):
        first = sending.send()
        set_rate(
            base="COIN", quote="DIAMOND", value=Decimal("0.5"), effective_at=NOW, at=NOW, by=None, reason=""
        )
        assert sending.send().gift.diamonds == first.gift.diamonds == 5_00

    def test_returns_the_first_gift_when_its_sale_has_ended_since(self, sending):
        first = sending.send()
        kind = gift_type()
        kind.available_until = NOW + dt.timedelta(seconds=1)
        kind.save()
        again = sending.send(gift_type=kind, at=NOW + dt.timedelta(seconds=2))
        assert again.replayed
        assert again.gift == first.gift

    def test_lets_two_viewers_use_the_same_key(self, sending, creator):
        other = UserFactory()
        give_coins(other, 5)
        assert sending.send().gift != sending.send(viewer=other).gift

    def test_leaves_a_caller_s_transaction_usable_after_a_refusal(self, sending):
        with pytest.raises(refusals.InsufficientCoins):
            sending.send(quantity=21)
        assert sending.send().gift.coins == 5


@pytest.mark.django_db
@pytest.mark.usefixtures("nothing_moves")
class TestSendGiftRefuses:
    @pytest.mark.parametrize("quantity", [-1, 0, 1000])
    def test_an_odd_quantity(self, sending, quantity):
        with pytest.raises(operations.InvalidQuantity):
            sending.send(quantity=quantity)

    def test_more_than_the_viewer_has_and_says_what_is_missing(self, sending):
        with pytest.raises(refusals.InsufficientCoins) as refusal:
            sending.send(quantity=21)
        assert (refusal.value.coins, refusal.value.balance, refusal.value.missing) == (105, 100, 5)

    def test_a_viewer_who_never_had_coins(self, sending):
        with pytest.raises(refusals.InsufficientCoins) as refusal:
            sending.send(viewer=UserFactory())
        assert refusal.value.missing == 5

    def test_a_message_that_is_too_long(self, sending):
        with pytest.raises(operations.MessageTooLong):
            sending.send(message="x" * 141)

    def test_a_gift_to_oneself(self, sending, creator):
        with pytest.raises(operations.OwnGift):
            sending.send(viewer=creator)

    @pytest.mark.parametrize("facts", [{"is_creator": False}, {"is_creator": True, "is_active": False}])
    def test_somebody_who_takes_no_gifts(self, sending, facts):
        with pytest.raises(operations.NotACreator):
            sending.send(creator=UserFactory(**facts))

    @pytest.mark.parametrize("seconds", [-1, 60])
    def test_what_is_not_on_sale_at_that_moment(self, sending, seconds):
        kind = gift_type()
        kind.available_from, kind.available_until = NOW, NOW + dt.timedelta(minutes=1)
        kind.save()
        with pytest.raises(operations.NotOnSale, match="Spark Tap"):
            sending.send(gift_type=kind, at=NOW + dt.timedelta(seconds=seconds))

    def test_a_moment_without_a_rate(self, sending):
        kind = gift_type()
        kind.available_from = dt.datetime(2010, 1, 1, tzinfo=dt.UTC)
        with pytest.raises(NoRate):
            sending.send(gift_type=kind, at=dt.datetime(2010, 1, 2, tzinfo=dt.UTC))


@pytest.mark.django_db
class TestSendGiftConflicts:
    @pytest.mark.parametrize(
        "facts",
        [
            {"quantity": 2},
            {"message": "Other"},
            {"creator": None},
            {"gift_type": "clover"},
            {"gift_type": "kite"},
        ],
        ids=str,
    )
    def test_with_a_key_used_for_another_gift(self, sending, facts):
        if "creator" in facts:
            facts["creator"] = CreatorFactory()
        if "gift_type" in facts:
            facts["gift_type"] = gift_type(facts["gift_type"])
        sending.send(gift_type=gift_type("paper-star"))
        before = sending.moved()
        with pytest.raises(IdempotencyConflict):
            sending.send(**({"gift_type": gift_type("paper-star")} | facts))
        assert sending.moved() == before


@pytest.mark.django_db(transaction=True)
class TestSendGiftInAutocommit:
    def test_is_one_statement(self, sending, django_assert_num_queries):
        kind = gift_type()
        sending.send()
        with django_assert_num_queries(1):
            sending.send(key="b", gift_type=kind)


@pytest.mark.django_db
class TestGift:
    @pytest.mark.parametrize("change", [lambda rows: rows.update(coins=1), lambda rows: rows.delete()])
    def test_stays_as_it_was(self, sending, change):
        sending.send()
        with pytest.raises(ProgrammingError, match="Cannot update or delete"), atomic():
            change(Gift.objects.all())

"""Gifts that are posted in one statement: each is what it would have been alone."""

from functools import partial

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.db.transaction import atomic
from psycopg.errors import DeadlockDetected
from uuid_utils.compat import uuid7

from ledger import queries
from ledger.chart import CREATOR_DIAMONDS_PENDING, VIEWER_COINS
from ledger.operations import IdempotencyConflict, freeze
from ledger.queries import balance
from tests.concurrency.company import in_company
from tests.concurrency.threads import PATIENCE, race
from tests.factories.gifts import NOW, gift_from, gift_type, give_coins
from tests.factories.people import CreatorFactory, UserFactory
from wallets.models import Block, Gift, GiftType, ViewerSettings
from wallets.operations import gift_posting
from wallets.operations.gift_posting import ledger_key
from wallets.operations.gifts import Sent, send_gift
from wallets.operations.refusals import Blocked, CapReached, InsufficientCoins, WalletFrozen

pytestmark = pytest.mark.django_db(transaction=True)
PATIENT = {"'50ms'": f"'{PATIENCE}s'"}


@pytest.fixture
def creator():
    """With accounts that are open."""
    creator = CreatorFactory()
    gift_from(UserFactory(), creator)
    return creator


@pytest.fixture(autouse=True)
def _books_agree():
    yield
    assert queries.audit() == []


def viewer(coins: int = 20):
    person = UserFactory()
    give_coins(person, coins)
    return person


def wish(sender, creator, **facts):
    facts = {"gift_type": gift_type(), "quantity": 1, "key": "a", "at": NOW} | facts
    return partial(send_gift, viewer=sender, creator=creator, **facts)


def send(*wishes) -> list:
    return in_company(gift_posting._together, *wishes)


@pytest.fixture
def statements(monkeypatch):
    """How many gifts went in each statement."""
    sizes, post = [], gift_posting._together._do

    def noted(wishes):
        sizes.append(len(wishes))
        return post(wishes)

    monkeypatch.setattr(gift_posting._together, "_do", noted)
    return sizes


def lock(account) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_account WHERE id = %s FOR UPDATE", [account.id])


class TestGiftsInCompany:
    def test_go_in_one_statement(self, creator, statements):
        viewers = [viewer() for _ in range(4)]
        sent = send(
            *(
                wish(one, creator, quantity=number, message=f"No {number}, it's “yours” \\ 😀")
                for number, one in enumerate(viewers, 1)
            )
        )
        assert statements == [4]
        for number, (one, person) in enumerate(zip(sent, viewers, strict=True), 1):
            row = Gift.objects.get(pk=one.gift.pk)
            assert (row.viewer, row.creator, row.quantity, row.coins) == (person, creator, number, 5 * number)
            assert (row.message, row.diamonds, row.rate) == (
                one.gift.message,
                one.gift.diamonds,
                one.gift.rate,
            )
            assert row.message == f"No {number}, it's “yours” \\ 😀"
            assert balance(VIEWER_COINS.of(person.pk)) == 20 - row.coins
        assert balance(CREATOR_DIAMONDS_PENDING.of(creator.pk)) == 5_00 * (1 + 1 + 2 + 3 + 4)

    def test_of_one_viewer_go_one_after_the_other(self, creator, statements):
        fan = viewer(10)
        told = send(*(wish(fan, creator, key=str(number)) for number in range(3)))
        assert statements == [1, 1, 1]
        assert [type(one) for one in told] == [Sent, Sent, InsufficientCoins]

    def test_open_the_accounts_that_they_need(self):
        creators = [CreatorFactory() for _ in range(3)]
        sent = send(*(wish(viewer(), creator) for creator in creators), wish(UserFactory(), creators[0]))
        assert [type(one) for one in sent] == [Sent, Sent, Sent, InsufficientCoins]
        assert [balance(CREATOR_DIAMONDS_PENDING.of(creator.pk)) for creator in creators] == [5_00] * 3

    def test_are_refused_one_by_one(self, creator, statements):
        poor, frozen, blocked, capped, again, repeated, rich = (viewer(20) for _ in range(7))
        freeze([VIEWER_COINS.of(frozen.pk)])
        Block.objects.create(blocker=creator, blocked=blocked, blocked_at=NOW)
        ViewerSettings.objects.create(viewer=capped, daily_cap=4)
        first = [wish(one, creator)().gift for one in (again, repeated)]
        statements.clear()
        told = send(
            wish(poor, creator, quantity=5),
            wish(frozen, creator),
            wish(blocked, creator),
            wish(capped, creator),
            wish(again, creator, quantity=2),
            wish(repeated, creator),
            wish(rich, creator),
        )
        assert statements == [7]
        kinds = [InsufficientCoins, WalletFrozen, Blocked, CapReached, IdempotencyConflict, Sent, Sent]
        assert [type(one) for one in told] == kinds
        assert (told[0].missing, told[3].code) == (5, "daily_cap")
        assert (told[5].replayed, told[5].gift) == (True, first[1])
        left = [
            balance(VIEWER_COINS.of(one.pk)) for one in (poor, frozen, blocked, capped, again, repeated, rich)
        ]
        assert left == [20, 20, 20, 20, 15, 15, 15]

    def test_do_not_wait_for_a_wallet_that_somebody_holds(self, creator):
        held, free = viewer(), viewer()

        def impatiently():
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '500ms'")
            return wish(held, creator)()

        with atomic():
            lock(VIEWER_COINS.of(held.pk))
            refused, sent = send(impatiently, wish(free, creator))
        assert isinstance(refused, OperationalError)
        assert isinstance(sent, Sent)
        assert wish(held, creator)().replayed is False

    def test_are_sent_alone_where_one_of_them_meets_an_error(self, creator, statements):
        odd = GiftType(pk=gift_type().pk, slug="spark-tap", name="Odd", coins=-5, available_from=NOW)
        told = send(wish(viewer(), creator), wish(viewer(), creator, gift_type=odd), wish(viewer(), creator))
        assert isinstance(told[1], IntegrityError)
        assert [type(one) for one in told[::2]] == [Sent, Sent]
        assert sorted(statements) == [1, 1, 1, 3]


class TestTwoStatements:
    """They ask for the same wallets, in opposite orders, and wait as long as they must."""

    @pytest.fixture
    def changed(self, monkeypatch):
        """Post by a copy of the function in which one text stands for another."""
        statement = gift_posting._STATEMENT.replace("wallets_send_gifts", "changed")

        def change(texts: dict[str, str]) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_get_functiondef('wallets_send_gifts'::regproc)")
                [made] = cursor.fetchone()
                for text, other in texts.items():
                    assert text in made
                    made = made.replace(text, other)
                cursor.execute(made.replace("wallets_send_gifts", "changed"))
            monkeypatch.setattr(
                gift_posting, "_STATEMENT", statement.replace("wallets_send_gifts", "changed")
            )

        yield change
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION changed")

    def outcomes(self, creator, rounds: int):
        """Of each gift, or the error that a statement met, as they come."""
        people = [viewer(2 * rounds) for _ in range(8)]
        for number in range(rounds):
            orders = (people, people[::-1])
            for told in race(lambda side: self.post(orders[side], creator, f"{number} {side}"), 2):  # noqa: B023
                yield from [told] if isinstance(told, Exception) else [answer.outcome for answer in told]

    def post(self, people, creator, key: str):
        gifts = [
            gift_posting.wish_of(
                Gift(
                    id=uuid7(), viewer=one, creator=creator, gift_type=gift_type(), quantity=1, coins=1,
                    message="", sent_at=NOW,
                ),
                ledger_key(one.pk, key),
                [],
            )
            for one in people
        ]  # fmt: skip
        return gift_posting.post_gifts(gifts)

    def test_never_wait_for_each_other_in_a_ring(self, creator, changed):
        changed(PATIENT)
        assert set(self.outcomes(creator, 20)) == {"posted"}

    def test_would_without_their_order(self, creator, changed):
        """The control: in the order in which they were asked for, each holds what the other wants."""
        changed(PATIENT | {" ORDER BY each.coins_of": ""})
        ended = (outcome for outcome in self.outcomes(creator, 500) if outcome != "posted")
        assert isinstance(next(ended).__cause__, DeadlockDetected)

import datetime as dt

import pytest

from ledger import operations
from ledger.chart import (
    COINS_ISSUED,
    COINS_REDEEMED,
    CREATOR_DIAMONDS_PENDING,
    DIAMONDS_ISSUED,
    VIEWER_COINS,
)
from tests.factories.people import CreatorFactory, UserFactory

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


class Books:
    """A viewer with 100 coins and a creator: the smallest world in which a gift can be posted."""

    def __init__(self) -> None:
        self.coins = VIEWER_COINS.of(UserFactory().pk)
        self.pending = CREATOR_DIAMONDS_PENDING.of(CreatorFactory().pk)
        self.issue(100)

    def issue(self, coins: int, key: str = "purchase", at: dt.datetime = NOON) -> operations.Posted:
        transfers = [operations.Transfer(COINS_ISSUED.platform(), self.coins, coins)]
        return operations.post(kind="issue", key=key, at=at, transfers=transfers)

    def give(self, coins: int, key: str = "gift", at: dt.datetime = NOON) -> operations.Posted:
        transfers = [
            operations.Transfer(self.coins, COINS_REDEEMED.platform(), coins),
            operations.Transfer(DIAMONDS_ISSUED.platform(), self.pending, coins * 100),
        ]
        return operations.post(kind="present", key=key, at=at, transfers=transfers)


@pytest.fixture
def books(db) -> Books:
    return Books()

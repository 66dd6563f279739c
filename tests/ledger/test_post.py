import datetime as dt

import pytest

from ledger import operations, queries
from ledger.chart import COINS_ISSUED, VIEWER_COINS
from tests.factories.people import UserFactory

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.mark.django_db
class TestPost:
    def test_moves_an_amount_from_source_to_destination(self):
        viewer = VIEWER_COINS.of(UserFactory().pk)
        operations.post(
            kind="coin_purchase",
            key="k",
            at=NOW,
            transfers=[operations.Transfer(COINS_ISSUED.platform(), viewer, 70)],
        )
        assert queries.balances([viewer, COINS_ISSUED.platform()]) == {
            viewer: 70,
            COINS_ISSUED.platform(): -70,
        }

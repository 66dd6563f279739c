"""By which rate an affiliate order is paid."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnerships.affiliate_commission import Item, reckon, taken_back
from partnerships.operations.affiliate_programmes import Pay, announce_rate
from tests.factories.partnerships_affiliate import NOW, boss, click, link, order, programme

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


class TestTheRate:
    def test_is_the_one_at_the_click(self):
        mine = link()
        by = click(mine)
        announce_rate(
            programme_id=mine.programme_id, lines=[Pay(basis_points=500)], actor=boss(), reason="Less.",
            effective_at=NOW + 14 * DAY, at=NOW,
        )  # fmt: skip
        assert order(by, at=NOW + 15 * DAY).commission == 1_000
        assert order(click(mine, at=NOW + 15 * DAY), at=NOW + 15 * DAY).commission == 500

    def test_has_tiers_by_what_the_month_has_sold_and_products_of_their_own(self):
        pays = [
            Pay(basis_points=500),
            Pay(basis_points=800, from_sales=15_000),
            Pay(product="LAMP", basis_points=2_000),
            Pay(product="BOOK", fixed=150),
        ]
        by = click(link(of=programme(pays=pays)))
        items = [{"product": "LAMP", "amount": 3_000}, {"product": "BOOK", "amount": 2_000, "quantity": 2}]
        first = order(by, amount=10_000, items=items)
        assert first.commission == 600 + 300 + 250
        second = order(by, amount=10_000, at=NOW + DAY)
        assert second.commission == 500  # 100.00 sold before it
        third = order(by, amount=10_000, at=NOW + 2 * DAY)
        assert third.commission == 800
        assert third.reckoning["month_sales"] == 20_000
        assert order(by, amount=10_000, at=NOW + 29 * DAY + DAY / 2).commission == 500  # a new month

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        amount=st.integers(0, 10**12),
        shares=st.lists(st.integers(0, 10**12), max_size=6),
        basis_points=st.integers(1, 10_000),
        refunds=st.lists(st.integers(0, 10**12), max_size=8),
    )
    def test_never_gives_more_than_its_share_nor_takes_more_than_it_gave(
        self, amount, shares, basis_points, refunds
    ):
        items, left = [], amount
        for number, share in enumerate(shares):
            items.append(Item(f"P{number}", min(share, left)))
            left -= items[-1].amount
        lines = [Pay(basis_points=basis_points), Pay(product="P0", basis_points=basis_points)]
        commission = reckon(lines, amount=amount, items=items, month_sales=0).commission
        # However the order is split, one rate gives one result.
        assert commission == amount * basis_points // 10_000
        refunded = gone = 0
        for each in refunds:
            refunded = min(amount, refunded + each)
            now = taken_back(commission=commission, amount=amount, refunded=refunded)
            assert gone <= now <= commission
            gone = now
        assert taken_back(commission=commission, amount=amount, refunded=amount) == commission

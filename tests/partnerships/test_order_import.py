"""Orders of merch out of a spreadsheet."""

import datetime as dt

import pytest

from partnerships.merch_states import Platform
from partnerships.models import ImportRow, MerchOrder
from partnerships.operations import imports
from partnerships.operations.imports import (
    NothingToTakeIn,
    NotToBeConfirmed,
    UnknownDialect,
    confirm,
    upload,
)
from partnerships.operations.stores import remove_store
from partnerships.tasks import take_in_imports
from tests.factories.partnerships_merch import store_of
from tests.partnerships.test_merch_orders import days

pytestmark = pytest.mark.django_db
HEAD = "Order,Placed,Product,SKU,Quantity,Unit price,Discount,Shipped,Refund,Refunded"
ROWS = (
    "#1,2026-03-02,Shirt,SH,2,20.00,4.00,2026-03-03,,",
    '#1,2026-03-02,Pin,PIN,1,"1,000.50",,2026-03-03,9.50,2026-03-09',
    "#2,2026-03-05,Shirt,SH,1,20.00,,,,",
)
GONE = "What this file is about was removed meanwhile."
LATER = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
THIRD, NINTH = dt.date(2026, 3, 3), dt.date(2026, 3, 9)


def bring(store, *rows, at=LATER):
    content = "\n".join((HEAD, *rows)).encode()
    about = {"owner": store.creator, "dialect": "merch-orders", "subject_id": store.pk}
    return upload(**about, name="orders.csv", content=content, at=at)


def take(store, *rows, at=LATER):
    brought = bring(store, *rows, at=at)
    return confirm(owner=store.creator, import_id=brought.pk, at=at)


class TestOrders:
    def test_are_taken_in_line_by_line(self):
        store = store_of()
        take(store, *ROWS)
        assert days(store.creator) == {THIRD: 36_00 + 1000_50, NINTH: -9_50}
        assert dict(MerchOrder.objects.values_list("number", "state")) == {"#1": "shipped", "#2": "paid"}

    def test_change_nothing_when_they_are_brought_again(self):
        store = store_of()
        take(store, *ROWS)
        with pytest.raises(NothingToTakeIn):
            take(store, *ROWS, at=LATER + dt.timedelta(days=1))
        assert set(ImportRow.objects.values_list("standing", flat=True)) == {"new", "known"}

    def test_follow_what_was_corrected_and_keep_other_lines(self):
        store = store_of()
        take(store, *ROWS)
        shipped = "#2,2026-03-05,Shirt,SH,1,20.00,,2026-03-09,,"
        not_refunded = '#1,2026-03-02,Pin,PIN,1,"1,000.50",,2026-03-03,,'
        take(store, shipped, not_refunded, at=LATER + dt.timedelta(days=1))
        assert days(store.creator) == {THIRD: 36_00 + 1000_50, NINTH: 20_00}
        assert MerchOrder.objects.get(number="#1").lines.count() == 2

    def test_are_refused_by_line_with_the_reason(self):
        store = store_of()
        brought = bring(
            store,
            "#3,2026-02-30,Shirt,SH,1,20.00,,,,",
            "#4,2026-03-02,Shirt,SH,1,20.00,,,5.00,",
            "#5,2026-03-02,Shirt,SH,9999999,20.00,,,,",
            "#6,2026-03-02,Shirt,SH,1,20.00,,,,",
            "#7,2026-03-02,Shirt,SH,1,20.00,,2099-01-01,,",
            "#8,2026-03-02,Shirt,SH,1,20.00,,2026-04-01,20.00,2026-04-02",
        )
        refused = brought.rows.exclude(problem="")
        assert list(refused.values_list("line", flat=True)) == [2, 3, 4, 6, 7]
        assert not MerchOrder.objects.exists()

    def test_are_not_to_be_confirmed_once_their_store_was_removed(self):
        store = store_of()
        brought = bring(store, *ROWS)
        remove_store(creator=store.creator, store_id=store.pk)
        with pytest.raises(NotToBeConfirmed, match="was removed"):
            confirm(owner=store.creator, import_id=brought.pk, at=LATER)
        assert not MerchOrder.objects.exists()

    def test_that_wait_are_refused_where_their_store_is_removed_meanwhile(self, monkeypatch):
        monkeypatch.setattr(imports, "AT_ONCE", 1)
        store = store_of()
        brought = take(store, *ROWS)
        imports.apply_next(import_id=brought.pk, at=LATER)
        remove_store(creator=store.creator, store_id=store.pk)
        take_in_imports()
        brought.refresh_from_db()
        assert brought.state == "applied"
        assert list(brought.rows.order_by("line").values_list("problem", flat=True)) == ["", GONE, GONE]
        assert days(store.creator) == {THIRD: 36_00}

    def test_are_for_shops_that_tell_of_none_by_themselves(self):
        with pytest.raises(UnknownDialect):
            bring(store_of(platform=Platform.SHOPIFY), *ROWS)

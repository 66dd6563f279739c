"""What an order earns, whatever arrives first."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnerships.audits.merch import audit_merch
from partnerships.income_streams import Stream
from partnerships.merch_states import Contradiction, OrderState
from partnerships.merchandise.facts import merge, nothing
from partnerships.merchandise.generic import told
from partnerships.models import IncomeDay, MerchEarning, MerchOrder
from partnerships.operations.item_costs import set_cost
from partnerships.operations.merch_orders import NothingToSettle, NotPermitted, settle_contradiction
from partnerships.operations.stores import remove_store
from partnerships.queries.income import SOURCES
from tests.factories.partnerships_merch import NOW, order_payload, refund_payload, send, store_of
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
SHIPPED, REFUNDED = dt.date(2026, 3, 3), dt.date(2026, 3, 5)


def days(creator) -> dict[dt.date, int]:
    rows = IncomeDay.objects.filter(creator=creator, stream=Stream.MERCH)
    return dict(rows.order_by("date").values_list("date", "amount"))


def order_of(store) -> MerchOrder:
    return MerchOrder.objects.get(store=store)


class TestAnOrder:
    def test_earns_its_lines_when_they_are_shipped_without_tax_and_shipping(self):
        store = store_of()
        send(store, order_payload())
        order = order_of(store)
        assert (order.external_id, order.total) == ("9007199254740994", 64_00)
        assert order.state == OrderState.SHIPPED
        assert order.earned == 55_00
        assert days(store.creator) == {SHIPPED: 55_00}

    def test_earns_nothing_before(self):
        store = store_of(fee_fixed=30)
        send(store, order_payload(shipments=[]))
        assert order_of(store).state == OrderState.PAID
        assert days(store.creator) == {}

    def test_earns_part_by_part_to_the_last_cent(self):
        store = store_of()
        line = {"id": "a", "product_id": "pin", "title": "Pin", "quantity": 3, "unit_price": "3.35"}
        parts = [
            {
                "id": f"s{day}",
                "shipped_at": f"2026-03-0{day}T10:00:00Z",
                "lines": [{"line_id": "a", "quantity": 1}],
            }
            for day in (3, 4, 5)
        ]
        send(store, order_payload(lines=[line | {"discount": "0.05"}], shipments=parts[:2]))
        assert order_of(store).state == OrderState.PART_SHIPPED
        shipment = parts[2] | {"order_id": "9007199254740994"}
        send(store, {"type": "shipment", "data": shipment})
        assert order_of(store).state == OrderState.SHIPPED
        assert sorted(days(store.creator).values()) == [3_33, 3_33, 3_34]

    def test_pays_the_fees_that_the_store_had_when_it_was_first_told(self):
        store = store_of(fee_fixed=30, fee_per_mille=29)
        send(store, order_payload())
        assert order_of(store).fees == 30 + 1_86  # 2.9 % of 64.00 is 1.856
        assert days(store.creator) == {SHIPPED: 55_00 - 2_16}

    def test_pays_the_fees_that_it_tells_itself(self):
        store = store_of(fee_fixed=30)
        send(store, order_payload(fees="1.11"))
        assert order_of(store).earned == 55_00 - 1_11

    def test_takes_a_refund_off_on_its_own_day(self):
        store = store_of()
        send(store, order_payload())
        send(store, refund_payload("10.00", lines=[{"line_id": "a", "quantity": 1, "amount": "10.00"}]))
        assert days(store.creator) == {SHIPPED: 55_00, REFUNDED: -10_00}
        assert order_of(store).refunded == 10_00

    def test_takes_the_tax_and_shipping_of_a_refund_from_nobody(self):
        store = store_of()
        send(store, order_payload())
        lines = [{"line_id": "b", "quantity": 1, "amount": "15.00", "tax": "1.00"}]
        send(store, refund_payload("21.00", shipping="5.00", lines=lines))
        assert days(store.creator)[REFUNDED] == -15_00

    def test_takes_a_refund_first_from_what_was_never_shipped(self):
        store = store_of()
        part = {"id": "s1", "shipped_at": "2026-03-03T10:00:00Z", "lines": [{"line_id": "a", "quantity": 1}]}
        lines = [{"line_id": "a", "quantity": 1, "amount": "20.00"}]
        send(store, order_payload(shipments=[part]))
        send(store, refund_payload("20.00", lines=lines))
        assert days(store.creator) == {SHIPPED: 20_00}

    def test_never_takes_back_more_than_it_earned(self):
        store = store_of()
        send(store, order_payload())
        send(store, refund_payload("64.00"))
        assert days(store.creator) == {SHIPPED: 55_00, REFUNDED: -55_00}

    @pytest.mark.parametrize(
        ("moved", "left", "flag"),
        [("35.00", 20_00, "refund_lines"), ("20.00", 35_00, ""), ("60.00", 0, "refund_lines")],
        ids=["more", "agreed", "all"],
    )
    def test_gives_back_all_that_moved_and_is_flagged_where_its_lines_tell_less(self, moved, left, flag):
        store = store_of()
        send(store, order_payload())
        lines = [{"line_id": "b", "quantity": 1, "amount": "15.00"}]
        lines.append({"line_id": "a", "quantity": 0, "amount": "5.00"})
        send(store, refund_payload(moved, lines=lines))
        order = order_of(store)
        assert (order.earned, sum(days(store.creator).values())) == (left, left)
        assert order.contradiction == flag
        if flag:
            assert (order.told_amount, order.moved_amount) == (20_00, order.refunded)
            assert order.refunds.get().goods == 55_00 - left

    def test_counts_a_refund_before_the_shipment_on_the_shipments_day(self):
        store = store_of()
        send(store, order_payload(shipments=[{"id": "s1", "shipped_at": "2026-03-09T10:00:00Z"}]))
        send(store, refund_payload("5.00"))
        assert days(store.creator) == {dt.date(2026, 3, 9): 50_00}

    def test_costs_nothing_where_a_piece_is_back_on_the_shelf(self):
        store = store_of()
        facts = {"creator": store.creator, "store_id": store.pk, "product_id": "cap", "at": NOW}
        set_cost(**facts, cost=4_00, effective_date=dt.date(2026, 1, 1))
        send(store, order_payload())
        back = {"line_id": "b", "quantity": 1, "amount": "15.00", "restocked": True}
        send(store, refund_payload("15.00", lines=[back]))
        assert days(store.creator) == {SHIPPED: 51_00, REFUNDED: -11_00}

    def test_takes_back_a_shipment_that_was_cancelled(self):
        store = store_of()
        send(store, order_payload())
        undone = {"id": "s1", "shipped_at": "2026-03-03T10:00:00Z", "updated_at": "2026-03-04T10:00:00Z"}
        send(
            store, {"type": "shipment", "data": undone | {"cancelled": True, "order_id": "9007199254740994"}}
        )
        assert days(store.creator) == {}
        assert not MerchEarning.objects.exists()

    def test_is_known_by_its_refund_alone_until_it_comes(self):
        store = store_of()
        send(store, refund_payload("5.00"))
        order = order_of(store)
        assert (order.state, order.refunded, order.earned) == (OrderState.AWAITED, 5_00, 0)

    @pytest.mark.parametrize(
        ("facts", "refund", "expected"),
        [
            ({"state": "refunded"}, "10.00", (Contradiction.REFUNDED, 64_00, 10_00)),
            ({}, "70.00", (Contradiction.OVER_REFUNDED, 64_00, 70_00)),
            ({"state": "cancelled"}, "1.00", (Contradiction.CANCELLED, 0, 55_00)),
        ],
        ids=["refunded", "over_refunded", "cancelled"],
    )
    def test_is_flagged_with_both_figures_where_it_contradicts_itself(self, facts, refund, expected):
        store = store_of()
        send(store, order_payload(**facts))
        send(store, refund_payload(refund))
        order = order_of(store)
        assert (order.contradiction, order.told_amount, order.moved_amount) == expected


class TestAShopConnectedAgain:
    def test_keeps_its_orders_and_counts_none_twice(self):
        creator = CreatorFactory()
        first = store_of(creator, domain="lumi.example")
        send(first, order_payload())
        remove_store(creator=creator, store_id=first.pk)
        send(store_of(creator, domain="lumi.example"), refund_payload("5.00"))
        assert order_of(first).refunded == 5_00
        assert days(creator) == {SHIPPED: 55_00, REFUNDED: -5_00}


class TestAuditMerch:
    def test_finds_an_order_that_its_movements_don_t_add_up_to(self):
        store = store_of()
        send(store, order_payload())
        MerchOrder.objects.update(earned=1)
        assert len(audit_merch()) == 1
        MerchOrder.objects.update(earned=55_00)


class TestMerge:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_ends_in_the_same_in_any_order_and_however_often(self, data):
        stamp = st.sampled_from(["2026-03-03T10:00:00Z", "2026-03-04T10:00:00Z", "2026-03-05T10:00:00Z"])
        refund = st.builds(
            lambda at, name, sum_: refund_payload(sum_, refund=name, refunded_at=at),
            stamp,
            st.sampled_from(["r1", "r2"]),
            st.sampled_from(["1.00", "7.50", "60.00"]),
        )
        order = st.builds(
            lambda at, state, ships: order_payload(
                updated_at=at, state=state, shipments=[{"id": "s1", "shipped_at": at}] if ships else []
            ),
            stamp,
            st.sampled_from(["placed", "paid", "refunded", "cancelled"]),
            st.booleans(),
        )
        messages = data.draw(st.lists(st.one_of(refund, order), min_size=2, max_size=6))
        facts = [told(each["type"], {}, each, "USD") for each in messages]
        again = data.draw(st.permutations(facts + facts[:2]))
        one, other = nothing(), nothing()
        for each in facts:
            one = merge(one, each)
        for each in again:
            other = merge(other, each)
        assert one == other
        half = len(facts) // 2
        left, right = nothing(), nothing()
        for each in facts[:half]:
            left = merge(left, each)
        for each in facts[half:]:
            right = merge(right, each)
        assert merge(left, right) == one


class TestSettleContradiction:
    def test_is_for_permitted_staff_once_and_asks_again_for_other_figures(self, django_user_model):
        store, boss = store_of(), UserFactory(is_staff=True, is_superuser=True)
        send(store, order_payload(state="refunded"))
        order = order_of(store)
        with pytest.raises(NotPermitted):
            settle_contradiction(order_id=order.pk, actor=UserFactory(is_staff=True), at=NOW)
        assert settle_contradiction(order_id=order.pk, actor=boss, at=NOW).looked_at == NOW
        with pytest.raises(NothingToSettle):
            settle_contradiction(order_id=order.pk, actor=boss, at=NOW)
        send(store, refund_payload("2.00"))
        assert order_of(store).looked_at is None


class TestIncome:
    def test_is_the_same_by_rows_by_sums_and_by_day(self):
        store = store_of(fee_fixed=30)
        send(store, order_payload(1))
        send(store, order_payload(2, currency="EUR"))
        send(store, refund_payload("10.00"))
        source = SOURCES[Stream.MERCH]
        lines = list(source.lines(store.creator_id, dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
        parts = list(source.sums(store.creator_id, None))
        kept = IncomeDay.objects.filter(creator=store.creator)
        for currency in ("USD", "EUR"):
            of_lines = sum(line.amount for line in lines if line.currency == currency)
            of_parts = sum(part.amount for part in parts if part.currency == currency)
            of_days = sum(kept.filter(currency=currency).values_list("amount", flat=True))
            assert of_lines == of_parts == of_days != 0
        assert sum(part.rows for part in parts) == len(lines)

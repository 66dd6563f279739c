"""What merchants tell of orders, in whichever order it comes."""

import datetime as dt
import itertools
from collections import Counter

import pytest

from ledger.chart import (
    AFFILIATE_PAYABLE,
    CREATOR_CASH_AVAILABLE,
    CREATOR_CASH_OWED,
    CREATOR_CASH_PENDING,
    PAYOUT_CLEARING,
)
from ledger.operations import Transfer, post
from ledger.queries import balance
from partnerships.income_streams import Stream
from partnerships.models import AffiliateConversion, AffiliatePostback, IncomeDay
from partnerships.operations.affiliate_conversions import approve, make_payable
from partnerships.operations.affiliate_links import give_coupon
from partnerships.operations.affiliate_postbacks import (
    BODIES_KEPT,
    EventReused,
    forget,
    handle,
    handle_forgotten,
)
from partnerships.queries import affiliate_income
from tests.factories.partnerships_affiliate import NOW, boss, click, link, order, programme, tell

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def places(conversion) -> tuple[int, int, int, int]:
    """Payable to nobody yet, then the creator's pending, available and owed."""
    owner, unit = conversion.creator_id, conversion.currency
    mine = CREATOR_CASH_PENDING, CREATOR_CASH_AVAILABLE, CREATOR_CASH_OWED
    return (
        balance(AFFILIATE_PAYABLE.platform(unit)),
        *(balance(kind.of(owner, unit)) for kind in mine),
    )


def income(creator_id) -> dict:
    rows = IncomeDay.objects.filter(creator_id=creator_id, stream=Stream.AFFILIATE)
    return {(row.date, row.state): row.amount for row in rows}


def assert_lines_are_the_sums(creator_id) -> None:
    lines = affiliate_income.lines(creator_id, NOW.date() - 400 * DAY, NOW.date() + 400 * DAY)
    added = Counter()
    for line in lines:
        added[line.date, line.state] += line.amount
    assert dict(added) == income(creator_id)


def paid(conversion) -> AffiliateConversion:
    approve(conversion_id=conversion.pk, at=conversion.payable_at)
    return make_payable(conversion_id=conversion.pk, at=conversion.payable_at)


class TestAnOrder:
    def test_owes_its_commission_to_nobody_yet(self):
        conversion = order(click(link()), amount=12_345)
        assert (conversion.commission, conversion.state) == (1_234, "held")
        assert places(conversion) == (1_234, 0, 0, 0)
        assert income(conversion.creator_id) == {(NOW.date(), "pending"): 1_234}

    def test_counts_once_however_often_it_is_told(self):
        by = click(link())
        of = by.link.programme
        facts = {"order_id": "1", "amount": 10_000, "currency": "EUR", "click_id": str(by.pk)}
        first = tell(of, "created", event="a", **facts)
        again = tell(of, "created", event="a", **facts)
        other = tell(of, "created", event="b", **facts)
        assert (first.outcome, again.pk, other.outcome) == ("applied", first.pk, "repeated")
        assert places(AffiliateConversion.objects.get())[0] == 1_000
        with pytest.raises(EventReused):
            tell(of, "created", event="a", **facts | {"amount": 1})
        changed = tell(of, "created", **facts | {"amount": 1})
        assert (changed.outcome, changed.code) == ("refused", "order_differs")
        assert places(AffiliateConversion.objects.get())[0] == 1_000

    def test_belongs_to_the_last_click_inside_the_window(self):
        of = programme(window_days=7)
        first, last = link(of=of), link(of=of)
        clicks = [click(first, at=NOW), click(last, at=NOW + DAY), click(first, at=NOW + 3 * DAY)]
        conversion = order(clicks[0], at=NOW + 2 * DAY, click_ids=[str(each.pk) for each in clicks])
        assert conversion.link == last

    @pytest.mark.parametrize(("late", "outcome"), [(dt.timedelta(), "applied"), (DAY / 24, "unattributed")])
    def test_expires_with_the_window_of_its_click(self, late, outcome):
        by = click(link(of=programme(window_days=7)))
        of, happened = by.link.programme, NOW + 7 * DAY + late
        told = tell(
            of, "created", order_id="1", amount=100, currency="EUR", click_id=str(by.pk),
            occurred_at=happened.isoformat(), at=happened + 20 * DAY,
        )  # fmt: skip
        assert told.outcome == outcome
        assert told.code == ("" if outcome == "applied" else "click_expired")
        assert AffiliateConversion.objects.count() == (outcome == "applied")

    def test_goes_to_the_creator_whom_its_coupon_names(self):
        of = programme()
        by, mine = click(link(of=of)), link(of=of)
        give_coupon(
            programme_id=of.pk,
            creator=mine.creator,
            code="kim10",
            actor=boss(),
            from_at=NOW,
            until_at=NOW + DAY,
        )
        won, late = order(by, coupon=" KIM10"), order(by, coupon="kim10", at=NOW + DAY)
        assert (won.creator, won.link, won.coupon.code) == (mine.creator, None, "KIM10")
        assert (late.creator, late.coupon) == (by.link.creator, None)

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"currency": "USD"}, "wrong_currency"),
            ({"amount": -1}, "invalid"),
            ({"amount": 12.5}, "invalid"),
            ({"order_id": "a\0b"}, "invalid"),
            ({"items": [{"product": "A", "amount": 10_001}]}, "items_exceed_amount"),
            ({"occurred_at": "2027-01-01T00:00:00Z"}, "in_the_future"),
            ({"buyer": {"email_sha256": "kim@example.test"}}, "invalid"),
        ],
        ids=["currency", "below zero", "a fraction", "odd order", "items", "future", "plain address"],
    )
    def test_is_refused_where_it_makes_no_sense(self, change, code):
        by = click(link())
        facts = {"order_id": "1", "amount": 10_000, "currency": "EUR", "click_id": str(by.pk)}
        told = tell(by.link.programme, "created", **facts | change)
        assert (told.outcome, told.code) == ("refused", code)
        assert not AffiliateConversion.objects.exists()

    def test_without_a_click_of_ours_is_nobodys(self):
        of, other = programme(), click(link())
        for click_id in ("", "not-ours", str(other.pk)):
            told = tell(of, "created", order_id="1", amount=1, currency="EUR", click_id=click_id)
            assert (told.outcome, told.code) == ("unattributed", "no_click")


class TestARefund:
    def test_takes_its_share_back_wherever_it_is(self):
        by = click(link())
        for prepare, before, after in (
            (lambda each: None, (999, 0, 0, 0), (666, 0, 0, 0)),
            (
                lambda each: approve(conversion_id=each.pk, at=NOW),
                (666, 999, 0, 0),
                (666, 666, 0, 0),
            ),
            (paid, (666, 666, 999, 0), (666, 666, 666, 0)),
        ):
            conversion = order(by, amount=9_999)
            prepare(conversion)
            assert places(conversion) == before
            told = tell(
                by.link.programme, "refunded", order_id=conversion.order_id, amount=3_333, at=NOW + DAY
            )
            assert (told.outcome, places(conversion)) == ("applied", after)
        assert income(by.link.creator_id) == {
            (NOW.date(), "pending"): 2 * 999,
            (NOW.date(), "credited"): 999,
            (NOW.date() + DAY, "pending"): -2 * 333,
            (NOW.date() + DAY, "credited"): -333,
        }  # fmt: skip
        assert_lines_are_the_sums(by.link.creator_id)

    def test_leaves_a_debt_where_it_was_paid_out(self):
        conversion = paid(order(click(link())))
        of = conversion.programme
        available = CREATOR_CASH_AVAILABLE.of(conversion.creator_id, "EUR")
        out = Transfer(available, PAYOUT_CLEARING.platform("EUR"), 700)
        post(kind="test_paid", key="out", at=NOW, transfers=[out])
        tell(of, "cancelled", order_id=conversion.order_id, at=NOW + DAY)
        conversion.refresh_from_db()
        assert (conversion.state, conversion.kept) == ("reversed", 0)
        assert places(conversion) == (0, 0, 0, -700)
        assert conversion.reversals.get().owed == 700
        assert conversion.creator.notices.get().kind == "affiliate_taken_back"

    def test_ends_the_same_in_every_order_of_the_same_words(self):
        by = click(link())
        of, ends = by.link.programme, set()
        for number, words in enumerate(itertools.permutations(["created", "refunded", "cancelled"])):
            for word in words:
                facts = {"order_id": str(number), "amount": 10_000}
                facts |= {"currency": "EUR", "click_id": str(by.pk)} if word == "created" else {}
                facts["amount"] = 2_500 if word == "refunded" else facts["amount"]
                tell(of, word, **facts)
            found = AffiliateConversion.objects.get(order_id=str(number))
            assert found.reversals.count() == 2
            ends.add((found.state, found.refunded, found.kept, *places(found)))
        assert ends == {("reversed", 10_000, 0, 0, 0, 0, 0)}
        assert not AffiliatePostback.objects.filter(outcome="parked").exists()

    @pytest.mark.parametrize("first", ["order", "refund"])
    def test_of_an_order_that_nobody_brought_waits_for_nothing(self, first):
        by = click(link())
        of, order_of = by.link.programme, {"order_id": "1", "amount": 10_000, "currency": "EUR"}
        words = [("created", order_of), ("refunded", {"order_id": "1", "amount": 4_000})]
        for kind, facts in words if first == "order" else reversed(words):
            tell(of, kind, **facts)
        told = AffiliatePostback.objects.filter(type="conversion.refunded").get()
        assert (told.outcome, told.code) == ("unattributed", "order_unattributed")
        assert balance(AFFILIATE_PAYABLE.platform("EUR")) == 0
        # Told again, now with its click: the refund is not forgotten.
        tell(of, "created", click_id=str(by.pk), **order_of)
        conversion = AffiliateConversion.objects.get()
        assert (conversion.refunded, conversion.kept, places(conversion)) == (4_000, 600, (600, 0, 0, 0))

    def test_happens_once_by_its_event(self):
        conversion = order(click(link()))
        for _ in range(2):
            tell(conversion.programme, "refunded", event="r", order_id=conversion.order_id, amount=5_000)
        assert places(conversion) == (500, 0, 0, 0)
        handle(postback_id=AffiliatePostback.objects.get(event_id="r").pk, at=NOW)
        assert places(conversion) == (500, 0, 0, 0)

    def test_leaves_out_what_exceeds_the_order(self):
        conversion = order(click(link()))
        told = tell(conversion.programme, "refunded", order_id=conversion.order_id, amount=99_999)
        assert (told.outcome, told.code) == ("applied", "exceeds_order")
        conversion.refresh_from_db()
        assert (conversion.state, conversion.refunded, conversion.kept) == ("reversed", 10_000, 0)


class TestForgotten:
    def test_what_a_dead_worker_left_is_handled(self):
        by = click(link())
        conversion = order(by)
        AffiliatePostback.objects.update(outcome="received")
        assert handle_forgotten(at=NOW) == 0, "somebody may be at it"
        assert handle_forgotten(at=NOW + DAY) == 1
        assert AffiliatePostback.objects.get().outcome == "repeated"
        assert places(conversion) == (1_000, 0, 0, 0)

    def test_bodies_are_emptied_and_ids_known(self):
        conversion = order(click(link()))
        told = tell(conversion.programme, "refunded", event="r", order_id="unknown")
        assert told.outcome == "parked"
        assert forget(at=NOW + BODIES_KEPT) == 0
        assert forget(at=NOW + BODIES_KEPT + DAY) == 1, "what is parked keeps its own"
        kept = AffiliatePostback.objects.exclude(pk=told.pk).get()
        assert (kept.body, kept.outcome) == ("", "applied")
        assert tell(conversion.programme, "refunded", event="r", order_id="unknown").pk == told.pk
        with pytest.raises(EventReused):
            tell(conversion.programme, "refunded", event=kept.event_id, order_id="unknown")

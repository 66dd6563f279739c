"""Does what docs/bookkeeping.md tells, and compares what was posted with the page's own tables."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from ledger.operations import set_rate
from ledger.queries import audit, postings_of
from payouts.destinations import iban_account
from payouts.operations.methods import add_method
from payouts.operations.requests import request_payout
from payouts.operations.review import approve
from payouts.operations.settlement import return_payout, settle, start_remitting
from payouts.queries import method_in_use
from portal.operations.closing import ask_to_close, close_due
from portal.queries.closing import ahead_of
from portal.settings import BASE_DIR
from tests.factories.gifts import give_coins
from tests.factories.payouts import PayoutMethodFactory, give_cash, give_diamonds, show_papers
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory
from wallets.models import GiftType
from wallets.operations.clearing import release_cleared
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import send_gift
from wallets.operations.purchases import record_purchase
from wallets.operations.refunds import approve_refund, request_refund
from wallets.operations.tips import send_tip
from wallets.operations.undo import undo_gift
from wallets.providers import DisputeWord, EventKind, PaymentEvent, RefundWord
from wallets.queries.packages import packages_for
from wallets.states import DisputeState, RefundState

MONDAY = dt.datetime(2026, 3, 2, 20, tzinfo=dt.UTC)
ROW = re.compile(r"^\| ([a-z_.]+) \| ([A-Z]+) \| (-?\d+) \|$", re.MULTILINE)


def tables(section: str) -> list[list[tuple[str, str, int]]]:
    """The tables below a numbered heading, each a list of (account, unit, amount)."""
    page = (BASE_DIR / "docs" / "bookkeeping.md").read_text()
    text = page.split(f"\n## {section}. ")[1].split("\n## ")[0]
    blocks = [ROW.findall(block) for block in text.split("\n\n")]
    return [[(code, unit, int(amount)) for code, unit, amount in block] for block in blocks if block]


@pytest.mark.django_db
def test_the_story_of_the_page():
    ada, lumi, reviewer = UserFactory(), CreatorFactory(), StaffFactory(is_superuser=True)
    set_rate(
        base="USD", quote="EUR", value=Decimal("0.9"), effective_at=MONDAY, at=MONDAY, by=None, reason="story"
    )

    package = packages_for("DE", MONDAY).get(coins=17_500)
    purchase = _bought(ada, package)
    assert [postings_of(purchase.entry_id)] == tables("1")

    roadster = GiftType.objects.get(name="Velvet Roadster")
    sent = send_gift(viewer=ada, creator=lumi, gift_type=roadster, quantity=2, key="gift", at=MONDAY)
    assert [postings_of(sent.gift.pk)] == tables("2")

    cleared = MONDAY + dt.timedelta(days=15)
    assert release_cleared(creator_id=lumi.pk, at=cleared - dt.timedelta(days=1)) == 0
    assert release_cleared(creator_id=lumi.pk, at=cleared) == 1_400_000
    assert _latest_entry("release") == tables("3")[0]

    show_papers(lumi)
    method = add_method(
        owner=lumi, holder="Lumi", destination=iban_account("DE89370400440532013000"), at=MONDAY
    )
    payout = request_payout(
        creator=lumi, diamonds=1_400_000, method_id=method.pk, key="payout", at=cleared, accepted_net=6_233
    )
    assert [postings_of(payout.hold_entry_id)] == tables("4")

    approve(payout_id=payout.pk, version=payout.version, actor=reviewer, at=cleared)
    start_remitting(payout_id=payout.pk, at=cleared)
    payout = settle(payout_id=payout.pk, at=cleared, evidence={})
    assert [postings_of(payout.settlement_entry_id)] == tables("5")

    payout = return_payout(payout_id=payout.pk, code="AC04", at=cleared, evidence={})
    assert [postings_of(payout.reversal_entry_id), postings_of(payout.release_entry_id)] == tables("6")
    assert audit() == []


@pytest.mark.django_db
def test_the_payout_of_several_balances_of_the_page():
    mio, reviewer = CreatorFactory(), StaffFactory(is_superuser=True)
    set_rate(
        base="USD", quote="EUR", value=Decimal("0.9"), effective_at=MONDAY, at=MONDAY, by=None, reason="story"
    )
    PayoutMethodFactory(owner=mio)
    give_diamonds(mio, 1_400_000, at=MONDAY)
    give_cash(mio, "EUR", 2_000, at=MONDAY)
    give_cash(mio, "USD", 1_000, at=MONDAY)
    payout = request_payout(
        creator=mio,
        diamonds=1_400_000,
        cash={"EUR": 2_000, "USD": 1_000},
        method_id=method_in_use(mio.pk).pk,
        key="payout",
        at=MONDAY,
    )
    assert [postings_of(payout.hold_entry_id)] == tables("P1")
    approve(payout_id=payout.pk, version=payout.version, actor=reviewer, at=MONDAY)
    start_remitting(payout_id=payout.pk, at=MONDAY)
    payout = settle(payout_id=payout.pk, at=MONDAY, evidence={})
    assert [postings_of(payout.settlement_entry_id)] == tables("P2")
    assert audit() == []


@pytest.mark.django_db
def test_the_refund_of_the_page():
    ben, nori, reviewer = UserFactory(), CreatorFactory(), StaffFactory(is_superuser=True)
    purchase = _bought(ben, packages_for("DE", MONDAY).get(coins=700))
    _inkdrops(ben, nori, 10, MONDAY)
    refund = request_refund(purchase_id=purchase.pk, viewer=ben, key="refund", at=MONDAY)
    assert _latest_entry("refund.coins") == tables("7")[0]
    approve_refund(refund_id=refund.pk, actor=reviewer, at=MONDAY)
    word = RefundWord("re", RefundState.SUCCEEDED, refund.pk)
    handle_payment_event(event=_word(purchase, EventKind.REFUND, refund.amount, refund=word), at=MONDAY)
    assert _latest_entry("refund.money") == tables("7")[1]
    assert audit() == []


@pytest.mark.django_db
def test_the_dispute_of_the_page():
    dora, nori = UserFactory(), CreatorFactory()
    purchase = _bought(dora, packages_for("DE", MONDAY).get(coins=700))
    _inkdrops(dora, nori, 15, MONDAY)
    later = MONDAY + dt.timedelta(days=30)
    release_cleared(creator_id=nori.pk, at=later)
    _inkdrops(dora, nori, 10, later)
    for state, kinds in (
        (DisputeState.OPEN, ["dispute.coins", "dispute.gift", "dispute.money"]),
        (DisputeState.LOST, ["dispute.loss"]),
    ):
        word = DisputeWord("dp", state, withdrawn=True)
        handle_payment_event(event=_word(purchase, EventKind.DISPUTE, purchase.price, dispute=word), at=later)
        section = "8" if state == DisputeState.OPEN else "9"
        assert [_latest_entry(kind) for kind in kinds] == tables(section)
    assert audit() == []


def _inkdrops(viewer, creator, quantity, at):
    send_gift(
        viewer=viewer,
        creator=creator,
        gift_type=GiftType.objects.get(slug="inkdrop"),
        quantity=quantity,
        key=f"{quantity}",
        at=at,
    )


def _word(purchase, kind, amount, **words):
    return PaymentEvent(
        provider="sandbox",
        id=f"evt:{kind}:{[word.state for word in words.values()]}",
        kind=kind,
        purchase_id=purchase.pk,
        amount=amount,
        currency=purchase.currency,
        **words,
    )


@pytest.mark.django_db
def test_the_story_of_eve():
    eve, finn, lumi = UserFactory(), UserFactory(), CreatorFactory()
    give_coins(eve, 100, at=MONDAY)
    kite = GiftType.objects.get(name="Kite")
    gift = send_gift(viewer=eve, creator=lumi, gift_type=kite, quantity=1, key="gift", at=MONDAY).gift
    undone = undo_gift(viewer=eve, gift_id=gift.pk, at=MONDAY + dt.timedelta(seconds=30))
    assert [postings_of(gift.pk), postings_of(undone.reversal.pk)] == tables("10")
    tipped = send_tip(sender=eve, recipient=finn, coins=30, key="tip", at=MONDAY)
    assert sorted(postings_of(tipped.tip.pk)) == tables("11")[0]
    assert audit() == []


@pytest.mark.django_db
def test_the_leavers_of_the_page():
    vera, nori, olli = UserFactory(), CreatorFactory(), CreatorFactory()
    _bought(vera, packages_for("DE", MONDAY).get(coins=700))
    _inkdrops(vera, nori, 10, MONDAY)
    give_diamonds(olli, 4_000, at=MONDAY)
    give_cash(olli, "EUR", 120, at=MONDAY)
    for person, section, kind in ((vera, "Z1", "closure.coins"), (olli, "Z2", "closure.earnings")):
        ask_to_close(person=person, agreed=ahead_of(person, MONDAY).given_up, at=MONDAY)
        assert close_due(at=MONDAY + dt.timedelta(days=14)) == 1
        assert _latest_entry(kind) == tables(section)[0]
    assert audit() == []


def _bought(viewer, package):
    purchase = record_purchase(viewer=viewer, package_id=package.pk, key="buy", at=MONDAY, provider="sandbox")
    event = PaymentEvent(
        provider="sandbox",
        id="evt",
        kind=EventKind.PAID,
        reference="chk",
        purchase_id=purchase.pk,
        amount=purchase.price,
        currency=purchase.currency,
    )
    handle_payment_event(event=event, at=MONDAY)
    purchase.refresh_from_db()
    return purchase


def _latest_entry(kind: str) -> list[tuple[str, str, int]]:
    from ledger.models import Entry

    return postings_of(Entry.objects.filter(kind=kind).latest("id").pk)

"""Does what docs/bookkeeping.md tells, and compares what was posted with the page's own tables."""

import datetime as dt
import re
from decimal import Decimal

import pytest

from ledger.operations import set_rate
from ledger.queries import audit, postings_of
from payouts.operations.methods import add_method
from payouts.operations.requests import request_payout
from payouts.operations.review import approve
from payouts.operations.settlement import return_payout, settle, start_remitting
from portal.settings import BASE_DIR
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory
from wallets.models import GiftType
from wallets.operations.clearing import release_cleared
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import send_gift
from wallets.operations.purchases import record_purchase
from wallets.providers import EventKind, PaymentEvent
from wallets.queries.packages import packages_for

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

    method = add_method(owner=lumi, holder="Lumi", iban="DE89370400440532013000", at=MONDAY)
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

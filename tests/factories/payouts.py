"""Payouts made for tests: policies as shipped, methods that banks would take, requests in any early state."""

import datetime as dt
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_HELD, DIAMONDS_ISSUED
from ledger.operations import Transfer, post
from payouts import catalogue, queries
from payouts.models import PayoutMethod, PayoutPolicy, PayoutRequest
from payouts.operations.moves import move
from payouts.states import State
from tests.factories.people import CreatorFactory

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def open_policies() -> None:
    """The shipped policies, which emptying the database after a test with threads takes away."""
    catalogue.load(PayoutPolicy)


def give_diamonds(creator, diamonds: int, *, at: dt.datetime = NOW, key: str | None = None) -> None:
    """Available at once: as if earned and cleared. In hundredths of a diamond."""
    available = CREATOR_DIAMONDS_AVAILABLE.of(creator.pk)
    post(
        kind="test_earning",
        key=key or f"test:earning:{creator.pk}:{diamonds}:{at.isoformat()}",
        at=at,
        transfers=[Transfer(DIAMONDS_ISSUED.platform(), available, diamonds)],
    )


class PayoutMethodFactory(DjangoModelFactory):
    """A German account, usable at once."""

    class Meta:
        model = PayoutMethod

    owner = factory.SubFactory(CreatorFactory)
    kind = "iban"
    holder = "Lumi Sommer"
    iban = "DE89370400440532013000"
    bic = "COBADEFFXXX"
    masked = "DE89 •••• 3000"
    bank_name = "Commerzbank"
    country = "DE"
    fingerprint = factory.Sequence(lambda number: f"{number:064x}")
    added_at = usable_from = NOW - dt.timedelta(days=30)


def approved_payout(creator=None, *, method=None, at: dt.datetime = NOW) -> PayoutRequest:
    """20,000 diamonds, worth USD 100.00: gross EUR 90.00, net EUR 89.65, approved and waiting to be sent."""
    creator = creator or CreatorFactory()
    open_policies()
    method = method or PayoutMethodFactory(owner=creator)
    diamonds = 2_000_000
    give_diamonds(creator, diamonds, at=at)
    available, held = CREATOR_DIAMONDS_AVAILABLE.of(creator.pk), CREATOR_DIAMONDS_HELD.of(creator.pk)
    key = f"test:payout:{creator.pk}:{at.isoformat()}"
    hold = post(kind="payout_hold", key=key, at=at, transfers=[Transfer(available, held, diamonds)])
    payout = PayoutRequest.objects.create(
        key=key,
        creator=creator,
        method=method,
        policy=queries.policy_for(str(creator.country), at),
        requested_at=at,
        diamonds=diamonds,
        diamond_rate=Decimal("0.005"),
        gross_usd=10_000,
        fx_rate=Decimal("0.9"),
        fx_source="set",
        currency="EUR",
        gross=9_000,
        fee=35,
        tax=0,
        net=8_965,
        hold_entry_id=hold.entry_id,
    )
    move(payout, State.IN_REVIEW, at=at)
    move(payout, State.APPROVED, at=at)
    return payout

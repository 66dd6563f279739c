"""Payouts made for tests: policies as shipped, methods that banks would take, requests in any early state."""

import datetime as dt
from decimal import Decimal

import factory
from django.contrib.auth.models import Permission
from factory.django import DjangoModelFactory

from ledger.chart import (
    CREATOR_CASH_AVAILABLE,
    CREATOR_DIAMONDS_AVAILABLE,
    DIAMONDS_ISSUED,
    PROGRAMME_EXPENSE,
)
from ledger.operations import Transfer, post, set_rate
from ledger.queries import rate
from payouts import queries
from payouts.models import IdentityVersion, PayoutMethod, PayoutRequest, Remittance, TaxForm
from payouts.operations.remittances import remit_together
from payouts.operations.requests import request_payout
from payouts.operations.review import approve
from payouts.operations.settlement import settle, start_remitting
from payouts.queries.tax_forms import forms_for
from tests.factories.people import CreatorFactory, StaffFactory

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
WHOLE = 2_000_000
"""What a payable creator has: hundredths of diamonds."""


def give_diamonds(creator, diamonds: int, *, at: dt.datetime = NOW, key: str | None = None) -> None:
    """Available at once: as if earned and cleared. In hundredths of a diamond."""
    available = CREATOR_DIAMONDS_AVAILABLE.of(creator.pk)
    post(
        kind="test_earning",
        key=key or f"test:earning:{creator.pk}:{diamonds}:{at.isoformat()}",
        at=at,
        transfers=[Transfer(DIAMONDS_ISSUED.platform(), available, diamonds)],
    )


def give_cash(creator, currency: str, parts: int, *, at: dt.datetime = NOW) -> None:
    """Available at once: as if a programme had paid it."""
    available = CREATOR_CASH_AVAILABLE.of(creator.pk, currency)
    post(
        kind="test_income",
        key=f"test:income:{creator.pk}:{currency}:{at.isoformat()}",
        at=at,
        transfers=[Transfer(PROGRAMME_EXPENSE.platform(currency), available, parts)],
    )


class IdentityFactory(DjangoModelFactory):
    """Verified by somebody, for years to come."""

    class Meta:
        model = IdentityVersion

    creator = factory.SubFactory(CreatorFactory)
    key = factory.Sequence(lambda number: f"test:{number}")
    number = 1
    kind = "individual"
    country = factory.LazyAttribute(lambda version: str(version.creator.country))
    legal_name = "Lumi Sommer"
    birth_date = "1990-05-17"
    street = "Lindenweg 4"
    postal_code = "10115"
    city = "Berlin"
    submitted_at = decided_at = NOW - dt.timedelta(days=40)
    state = "verified"
    decided_by = factory.SubFactory(StaffFactory)
    expires_at = NOW + dt.timedelta(days=1000)


class TaxFormFactory(DjangoModelFactory):
    """The EU's, with a German number."""

    class Meta:
        model = TaxForm

    creator = factory.SubFactory(CreatorFactory)
    key = factory.Sequence(lambda number: f"test:{number}")
    kind = "dac7"
    country = factory.LazyAttribute(lambda form: str(form.creator.country))
    name = signature = "Lumi Sommer"
    number = "36574261809"
    masked = "•••• 1809"
    digest = factory.Sequence(lambda number: f"{number:064x}")
    signed_at = NOW - dt.timedelta(days=40)
    expires_at = NOW + dt.timedelta(days=1000)


def show_papers(creator) -> None:
    """Verified and with a tax form, if nothing is known yet."""
    if not IdentityVersion.objects.filter(creator=creator).exists():
        IdentityFactory(creator=creator)
    if not TaxForm.objects.filter(creator=creator).exists():
        TaxFormFactory(creator=creator, kind=forms_for(str(creator.country))[0])


class PayoutMethodFactory(DjangoModelFactory):
    """A German account, usable at once, of somebody whose papers are in order."""

    class Meta:
        model = PayoutMethod
        skip_postgeneration_save = True

    owner = factory.SubFactory(CreatorFactory)
    kind = "iban"
    holder = "Lumi Sommer"
    details = factory.LazyFunction(lambda: {"iban": "DE89370400440532013000", "bic": "COBADEFFXXX"})
    masked = "DE89 •••• 3000"
    bank_name = "Commerzbank"
    country = "DE"
    fingerprint = factory.Sequence(lambda number: f"{number:064x}")
    added_at = usable_from = NOW - dt.timedelta(days=30)

    @factory.post_generation
    def papers(method, create, wanted, **options):
        if create and wanted is not False:
            show_papers(method.owner)


def fix_rates() -> None:
    """A dollar is worth EUR 0.9045 from the day before NOW on, whatever the ECB publishes."""
    day_before = NOW - dt.timedelta(days=1)
    if rate("USD", "EUR", NOW).source != "set":
        set_rate(
            base="USD",
            quote="EUR",
            value=Decimal("0.9045"),
            effective_at=day_before,
            at=day_before,
            by=None,
            reason="A known number for tests.",
        )


def payable_creator():
    """One who can be paid, with diamonds worth a hundred dollars."""
    fix_rates()
    creator = CreatorFactory()
    PayoutMethodFactory(owner=creator)
    give_diamonds(creator, WHOLE)
    return creator


def reviewer(**facts):
    """Staff who may decide about payouts."""
    person = StaffFactory(**facts)
    person.user_permissions.set(
        Permission.objects.filter(
            content_type__app_label="payouts",
            codename__in=["review_payout", "retry_payout", "view_payoutrequest", "claw_back"],
        )
    )
    return person


def requested_payout(creator=None, *, diamonds: int = 2_000_000, method=None, at: dt.datetime = NOW):
    """In review. 20,000 diamonds are USD 100.00: gross EUR 90.45, exchange 0.45, fee 0.35, net 89.65."""
    fix_rates()
    creator = creator or CreatorFactory()
    method = method or queries.method_in_use(creator.pk) or PayoutMethodFactory(owner=creator)
    give_diamonds(creator, diamonds, at=at)
    return request_payout(
        creator=creator, diamonds=diamonds, method_id=method.pk, key=f"test:{at.isoformat()}", at=at
    )


def approved_payout(creator=None, *, method=None, at: dt.datetime = NOW) -> PayoutRequest:
    """EUR 89.65 net, approved and waiting to be sent."""
    payout = requested_payout(creator, method=method, at=at)
    return approve(payout_id=payout.id, version=payout.version, actor=reviewer(), at=at)


def remit(*, payout_id, at: dt.datetime) -> Remittance | None:
    """Sends one, as a batch sends many; what kept it is raised."""
    done = remit_together(payout_ids=[payout_id], at=at)
    for reason in done.left.values():
        raise reason
    return next(iter(done.remittances), None)


def paid_payout(creator=None, *, at: dt.datetime = NOW) -> PayoutRequest:
    """EUR 89.65 net for 20,000 diamonds, settled."""
    payout = start_remitting(payout_id=approved_payout(creator, at=at).id, at=at)
    return settle(payout_id=payout.id, at=at, evidence={"statement": "1"})


def treasurer(**facts):
    """Staff who may prepare batches and approve those of others, and all that a reviewer may."""
    person = reviewer(**facts)
    powers = [
        "prepare_payoutbatch",
        "approve_payoutbatch",
        "view_payoutbatch",
        "explain_difference",
        "view_difference",
        "view_reconciliation",
    ]
    person.user_permissions.add(*Permission.objects.filter(codename__in=powers))
    return person

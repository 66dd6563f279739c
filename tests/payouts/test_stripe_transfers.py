"""What Stripe lists of our transfers, beside what our rows know."""

import datetime as dt

import pytest

from payouts.models import PayoutPolicy, Remittance
from payouts.operations.bank_messages import read_bank
from payouts.operations.stripe_transfers import compare
from tests.factories.payouts import NOW, PayoutMethodFactory, approved_payout, remit
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def transfer(stripe_site):
    """Of a payout, told of by Stripe's events and listed by it."""
    PayoutPolicy.objects.filter(region="EU").update(methods=["iban", "stripe"])
    creator = CreatorFactory()
    account = stripe_site.account()
    method = PayoutMethodFactory(owner=creator, kind="stripe", details={"account": account["id"]})
    remit(payout_id=approved_payout(creator, method=method).id, at=NOW)
    read_bank(at=NOW)
    (made,) = stripe_site.made("transfer")
    return made


@pytest.fixture
def keep(stripe_site):
    """Changes what Stripe lists."""

    def change(body: dict) -> None:
        with stripe_site.store.writing() as connection:
            stripe_site.store.save(connection, body)

    return change


def day_of(transfer: dict) -> dt.date:
    return dt.datetime.fromtimestamp(transfer["created"], dt.UTC).date()


def found(transfer: dict) -> list[tuple]:
    (report,) = compare(day_of(transfer))
    assert report["source"] == "provider:stripe-transfers"
    return [
        (each["kind"], each["what"], each.get("ours"), each.get("theirs")) for each in report["differences"]
    ]


class TestCompare:
    def test_agrees_with_what_was_told(self, transfer):
        (report,) = compare(day_of(transfer))
        assert (report["ours"], report["theirs"], report["differences"]) == (1, 1, [])
        assert compare(day_of(transfer) - dt.timedelta(days=3))[0]["theirs"] == 0

    def test_finds_a_transfer_that_somebody_else_made(self, stripe_site, transfer):
        other = {name: transfer[name] for name in ("amount", "amount_reversed", "currency")}
        with stripe_site.store.writing() as connection:
            stripe_site.store.create(connection, "transfer", metadata={}, transfer_group=None, **other)
        assert found(transfer) == [("missing_here", "transfer", None, -transfer["amount"])]

    def test_finds_a_transfer_that_is_gone(self, stripe_site, transfer):
        with stripe_site.store.writing() as connection:
            connection.execute("DELETE FROM object WHERE kind = 'transfer'")
        assert found(transfer) == [("missing_there", "transfer", -transfer["amount"], None)]

    def test_finds_another_amount(self, transfer, keep):
        keep(transfer | {"amount": transfer["amount"] + 1})
        assert found(transfer) == [("amount", "transfer", -transfer["amount"], -transfer["amount"] - 1)]

    def test_finds_a_reversal_that_no_event_told_of(self, stripe_site, transfer):
        stripe_site.reverse(transfer["id"])
        assert found(transfer) == [("amount", "return", 0, transfer["amount"])]
        read_bank(at=NOW)
        assert Remittance.objects.get().state == "returned"
        assert found(transfer) == []

    def test_says_when_stripe_can_not_be_asked(self, stripe_site, transfer):
        stripe_site.app.config["BROKEN"] = "dead"
        (report,) = compare(day_of(transfer))
        assert "no clear answer" in report["problem"]

    def test_has_nothing_to_say_without_such_a_rail(self, settings):
        settings.PAYOUT_RAILS = {}
        assert compare(NOW.date()) == []

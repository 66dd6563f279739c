import datetime as dt

import pytest

from tests.factories.people import UserFactory
from tests.factories.purchases import NOW, dispute_event, paid, recorded, refund_event
from wallets.operations import provider_files
from wallets.operations.events import handle_payment_event
from wallets.operations.provider_files import compare
from wallets.providers import Movement, ProviderUnreachable

pytestmark = pytest.mark.django_db
DAY = NOW.date()


class Provider:
    """One that has booked what the test says."""

    name = "sandbox"

    def __init__(self) -> None:
        self.booked: dict[dt.date, list[Movement]] = {}

    def movements(self, day: dt.date) -> list[Movement]:
        return self.booked.get(day, [])

    def balances(self) -> dict[str, int]:
        return {"EUR": sum(line.amount for lines in self.booked.values() for line in lines)}


@pytest.fixture
def provider(monkeypatch, settings):
    settings.PAYMENT_PROVIDERS = {"sandbox": "never.imported"}
    one = Provider()
    monkeypatch.setattr(provider_files.providers, "provider_named", lambda name: one)
    return one


def charge(purchase, **facts) -> Movement:
    told = {"reference": purchase.provider_reference, "amount": purchase.price, "currency": "EUR"}
    return Movement("charge", **told | facts)


def differences(day=DAY) -> list[tuple]:
    (report,) = compare(day)
    names = ("kind", "what", "ours", "theirs")
    return [tuple(found[name] for name in names) for found in report["differences"]]


class TestCompare:
    def test_agrees_where_both_tell_the_same(self, provider):
        purchase = paid(UserFactory())
        handle_payment_event(event=dispute_event(purchase), at=NOW)
        provider.booked[DAY] = [charge(purchase), Movement("dispute", "dp_1", -purchase.price, "EUR")]
        (report,) = compare(DAY)
        assert (report["source"], report["ours"], report["theirs"]) == ("provider:sandbox", 2, 2)
        assert report["differences"] == []
        assert report["balances"] == {"EUR": 0}

    def test_takes_the_other_side_of_midnight_for_the_same(self, provider):
        purchase = paid(UserFactory())
        provider.booked[DAY - dt.timedelta(days=1)] = [charge(purchase)]
        assert differences() == []
        assert differences(DAY - dt.timedelta(days=1)) == []

    def test_finds_what_they_never_booked(self, provider):
        purchase = paid(UserFactory())
        assert differences() == [("missing_there", "charge", purchase.price, None)]

    def test_finds_what_we_never_heard_of(self, provider):
        purchase = recorded(UserFactory())
        provider.booked[DAY] = [charge(purchase, reference="co_lost"), Movement("refund", "re_x", -5, "EUR")]
        assert differences() == [
            ("missing_here", "charge", None, purchase.price),
            ("missing_here", "refund", None, -5),
        ]

    def test_finds_amounts_that_differ(self, provider):
        purchase = paid(UserFactory())
        provider.booked[DAY] = [charge(purchase, amount=purchase.price + 1)]
        assert differences() == [("amount", "charge", purchase.price, purchase.price + 1)]

    def test_knows_refunds_and_disputes_that_were_won(self, provider):
        purchase, other = paid(UserFactory()), paid(UserFactory())
        handle_payment_event(event=refund_event(purchase), at=NOW)
        handle_payment_event(event=dispute_event(other), at=NOW)
        handle_payment_event(event=dispute_event(other, "won"), at=NOW)
        provider.booked[DAY] = [
            charge(purchase),
            charge(other),
            Movement("refund", "re_1", -purchase.price, "EUR"),
            Movement("dispute", "dp_1", -other.price, "EUR"),
            Movement("dispute_reversal", "dp_1", other.price, "EUR"),
        ]
        assert differences() == []

    def test_says_that_it_could_not_be_asked(self, provider, monkeypatch):
        def away(self, day):
            raise ProviderUnreachable("It does not answer.")

        monkeypatch.setattr(Provider, "movements", away)
        assert compare(DAY) == [{"source": "provider:sandbox", "problem": "It does not answer."}]

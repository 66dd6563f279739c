"""Files of statements, self-billing invoices and tax years, by programs."""

import datetime as dt

import pytest
import time_machine

from payouts.operations.settlement import return_payout
from payouts.operations.statements import seal_due
from tests.factories.payouts import NOW, paid_payout
from tests.factories.people import CreatorFactory
from tests.payouts.test_api import Api

pytestmark = pytest.mark.django_db
STATEMENTS, SEALS, INVOICES, YEARS = (
    f"/api/v1/{noun}/" for noun in ("statements", "statement-seals", "self-billing-invoices", "tax-years")
)
LATER = NOW + dt.timedelta(days=60)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(LATER):
        yield


@pytest.fixture
def payout():
    """EUR 90.45 gross, 89.65 net."""
    return paid_payout()


@pytest.fixture
def api(client, payout):
    return Api(client, payout.creator)


@pytest.fixture
def stranger(client, payout):
    return Api(client, CreatorFactory())


class TestStatementPdf:
    def test_is_of_one_s_own_month(self, api, stranger):
        (sealed, *_) = seal_due(creator_id=api.person.pk, at=LATER)
        answer = api.get(f"{STATEMENTS}{sealed}/pdf/")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF-")
        assert stranger.get(f"{STATEMENTS}{sealed}/pdf/").status_code == 404


class TestStatementSeal:
    def test_tells_anybody_what_it_is_on(self, client, payout, django_assert_num_queries):
        (sealed, *_) = seal_due(creator_id=payout.creator_id, at=LATER)
        with django_assert_num_queries(1):
            told = client.get(f"{SEALS}{sealed.seal.upper()}/")
        assert (told.status_code, told.json()["handle"]) == (200, payout.creator.handle)
        assert told.headers["RateLimit"]
        (paid,) = (part for part in told.json()["parts"] if part["account"] == "payouts")
        assert paid == {"account": "payouts", "unit": "EUR", "closing": {"total": "89.65"}}
        assert payout.reference not in told.text  # the closing figures are enough

    @pytest.mark.parametrize("seal", ["0" * 64, "x", "%00"])
    def test_is_nothing_that_we_did_not_set(self, client, seal):
        answer = client.get(f"{SEALS}{seal}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_says_that_a_text_was_changed(self, client, payout, monkeypatch):
        (sealed, *_) = seal_due(creator_id=payout.creator_id, at=LATER)
        with monkeypatch.context() as damaged:
            damaged.setattr("payouts.models.statements.seal_of", lambda content: "0" * 64)
            answer = client.get(f"{SEALS}{sealed.seal}/")
        assert (answer.status_code, answer.json()["code"]) == (409, "damaged")
        assert "89.65" not in answer.text


class TestInvoices:
    def test_are_listed_with_what_credits_them(self, api, payout, django_assert_num_queries):
        for number in (1, 2):
            with django_assert_num_queries(2):
                rows = api.get(INVOICES).json()["results"]
            assert len(rows) == number
            return_payout(payout_id=payout.pk, code="AC04", at=NOW, evidence={})
        credit, invoice = rows
        assert (invoice["amount"], invoice["credits"]) == ({"amount": 9_045, "currency": "EUR"}, None)
        assert (credit["amount"]["amount"], credit["credits"]) == (-9_045, invoice["id"])
        assert (invoice["payout"], invoice["payout_reference"]) == (str(payout.pk), payout.reference)
        assert invoice["number"].endswith("-00001")

    def test_come_as_files(self, api):
        (row,) = api.get(INVOICES).json()["results"]
        answer = api.get(f"{INVOICES}{row['id']}/pdf/")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF-")

    def test_are_nobody_else_s(self, stranger, payout):
        assert stranger.get(INVOICES).json()["results"] == []
        assert stranger.get(f"{INVOICES}{payout.invoices.get().pk}/pdf/").status_code == 404


class TestTaxYears:
    def test_add_up(self, api, django_assert_num_queries):
        assert api.get(YEARS).json() == {"years": [2026]}
        with django_assert_num_queries(4):
            told = api.get(f"{YEARS}2026/").json()
        euros = {
            name: {"amount": parts, "currency": "EUR"}
            for name, parts in {"gross": 9_045, "fees": 80, "tax": 0, "net": 8_965}.items()
        }
        assert told == {
            "year": 2026,
            "quarters": [{"payouts": 1, **euros, "quarter": 1}],
            "totals": [{"payouts": 1, **euros}],
        }

    def test_are_there_for_years_with_payouts_alone(self, api, stranger):
        for year in ("2025", "0", "9" * 30):
            assert api.get(f"{YEARS}{year}/").status_code == 404
        assert stranger.get(f"{YEARS}2026/").status_code == 404

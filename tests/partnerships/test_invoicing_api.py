import uuid

import pytest
import time_machine

from partnerships.deal_states import InvoiceState
from partnerships.models import Brand, Contact, Invoice, InvoicePayment
from tests.factories.partnerships_deals import NOW, brand_of, deal_of, drafted, invoiced, milestone_of
from tests.factories.people import CreatorFactory

pytestmark = pytest.mark.django_db
DEALS, INVOICES, BRANDS = "/api/v1/brand-deals/", "/api/v1/brand-invoices/", "/api/v1/brands/"
SERIES = "/api/v1/invoice-series/"
LINE = {"text": "A video", "unit_price": {"amount": 30_000, "currency": "EUR"}}
SELLER = {
    "prefix": "LUMI",
    "seller_name": "Lumi Aalto",
    "seller_address": "Lindenweg 4",
    "payment_days": 14,
    "tax_percent": "19.00",
}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def creator():
    return CreatorFactory()


@pytest.fixture
def api(client, creator):
    client.force_login(creator)

    def ask(method: str, path: str, body: dict | None = None, key: str = ""):
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return getattr(client, method)(path, body, content_type="application/json", headers=headers)

    return ask


def refused(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


class TestInvoices:
    def test_are_drafted_changed_issued_and_paid(self, api, client, creator):
        deal = deal_of(creator)
        half = milestone_of(deal, 50_000)
        assert api("put", SERIES, SELLER).json()["last"] == 0
        wish = {"milestones": [str(half.pk)], "lines": [LINE]}
        first, again = (api("post", f"{DEALS}{deal.pk}/invoices/", wish, key="k") for _ in range(2))
        assert (first.status_code, again.json()) == (201, first.json())
        draft = first.json()
        assert [line["text"] for line in draft["lines"]] == ["First half", "A video"]
        assert (draft["number"], draft["state"], draft["tax_percent"]) == ("Draft", "draft", "19.00")
        assert (draft["net"]["amount"], draft["gross"]["amount"]) == (80_000, 95_200)
        path = f"{INVOICES}{draft['id']}/"
        changed = api("put", path, {"milestones": [str(half.pk)], "tax_percent": "0"}).json()
        assert changed["gross"]["amount"] == 50_000
        issued = api("post", f"{path}issue/").json()
        assert (issued["number"], issued["due_date"]) == ("LUMI-00001", "2026-03-16")
        part = {"amount": {"amount": 20_000, "currency": "EUR"}, "paid_date": "2026-03-02"}
        paid = api("post", f"{path}payments/", part).json()
        assert (paid["state"], paid["open"]["amount"]) == ("partly_paid", 30_000)
        back = api("post", f"{path}payments/{paid['payments'][0]['id']}/back/").json()
        assert (back["state"], back["paid"]["amount"]) == ("issued", 0)
        for wanted in ("*/*", "application/pdf"):
            assert client.get(f"{path}pdf/", headers={"Accept": wanted}).content.startswith(b"%PDF-")

    def test_stay_once_they_are_issued(self, api, creator):
        invoice = invoiced(deal_of(creator))
        path = f"{INVOICES}{invoice.pk}/"
        for answer in (api("put", path, {"lines": [LINE]}), api("delete", path)):
            assert refused(answer) == (422, "issued")
        note = api("post", f"{path}cancel/", {"reason": "Wrong address"}).json()
        assert (note["credits"], note["gross"]["amount"]) == (str(invoice.pk), -100_000)
        assert refused(api("post", f"{path}write-off/", {})) == (422, "wrong_state")
        invoice.refresh_from_db()
        assert (invoice.state, invoice.gross) == (InvoiceState.CANCELLED, 100_000)

    def test_are_written_off(self, api, creator):
        path = f"{INVOICES}{invoiced(deal_of(creator)).pk}/write-off/"
        assert api("post", path, {}).json() == api("post", path, {"reason": "Bankrupt"}).json()

    def test_are_thrown_away_as_drafts(self, api, creator):
        draft = drafted(deal_of(creator))
        assert api("delete", f"{INVOICES}{draft.pk}/").status_code == 204
        assert not Invoice.objects.exists()

    @pytest.mark.parametrize(
        ("wish", "status", "code"),
        [
            ({}, 422, "lines"),
            ({"lines": [LINE | {"unit_price": {"amount": 5, "currency": "USD"}}]}, 400, "invalid"),
            ({"lines": [LINE | {"unit_price": {"amount": -5, "currency": "EUR"}}]}, 422, "lines"),
            ({"lines": [LINE | {"unit_price": {"amount": 2**62, "currency": "EUR"}}] * 2}, 422, "too_large"),
            ({"lines": [LINE], "tax_percent": "101"}, 400, "invalid"),
            ({"lines": [LINE], "milestones": [str(uuid.uuid4())]}, 422, "milestone_taken"),
        ],
        ids=["nothing", "currency", "below", "huge", "tax", "milestone"],
    )
    def test_refuse_what_can_not_be_asked_for(self, api, creator, wish, status, code):
        assert refused(api("post", f"{DEALS}{deal_of(creator).pk}/invoices/", wish)) == (status, code)
        assert not Invoice.objects.exists()

    def test_say_why_they_can_not_be_issued(self, api, creator):
        draft = drafted(deal_of(creator))
        assert refused(api("post", f"{INVOICES}{draft.pk}/issue/")) == (422, "no_seller")
        much = {"amount": {"amount": 1, "currency": "EUR"}, "paid_date": "2026-03-02"}
        assert refused(api("post", f"{INVOICES}{draft.pk}/payments/", much)) == (422, "not_open")
        assert not InvoicePayment.objects.exists()

    def test_are_each_creator_s_own(self, api):
        other = invoiced(deal_of(CreatorFactory()))
        path = f"{INVOICES}{other.pk}/"
        for method, address, body in (
            ("post", f"{DEALS}{other.deal_id}/invoices/", {"lines": [LINE]}),
            ("put", path, {"lines": [LINE]}),
            ("delete", path, None),
            ("post", f"{path}issue/", None),
            ("post", f"{path}cancel/", {}),
            ("post", f"{path}write-off/", {}),
            ("get", f"{path}pdf/", None),
        ):
            assert refused(api(method, address, body)) == (404, "not_found"), address
        assert Invoice.objects.get().state == InvoiceState.ISSUED


class TestSeries:
    def test_keep_their_prefix_once_a_number_is_taken(self, api, creator):
        invoiced(deal_of(creator))
        assert refused(api("put", SERIES, SELLER | {"prefix": "NEW"})) == (422, "prefix_in_use")
        assert refused(api("put", SERIES, SELLER | {"prefix": "new"})) == (400, "invalid")
        assert api("get", SERIES).json()["prefix"] == "LUMI"


class TestBrands:
    def test_are_written_down_with_the_people_there(self, api, creator):
        wish = {"name": "Aurora Audio", "country": "DE", "billing_address": "Hafenstraße 9"}
        made = api("post", BRANDS, wish, key="k").json()
        assert api("post", BRANDS, wish, key="k").json() == made
        path = f"{BRANDS}{made['id']}/"
        kim = api("post", f"{path}contacts/", {"name": "Kim", "email": "kim@aurora.example"}).json()
        api("patch", f"{path}contacts/{kim['id']}/", {"role": "Partnerships"})
        told = api("patch", path, {"note": "They pay late."}).json()
        assert (told["name"], told["country"], told["note"]) == ("Aurora Audio", "DE", "They pay late.")
        assert told["contacts"] == [kim | {"role": "Partnerships"}]
        assert api("delete", f"{path}contacts/{kim['id']}/").status_code == 204
        assert api("get", path).json()["contacts"] == []

    def test_are_listed_at_a_fixed_cost(self, api, creator, django_assert_num_queries):
        for number, name in enumerate(("Zephyr", "Aurora"), 1):
            brand_of(creator, name)
            with django_assert_num_queries(3):  # two of them find the session's person
                rows = api("get", BRANDS).json()["results"]
            assert len(rows) == number
        assert [row["name"] for row in rows] == ["Aurora", "Zephyr"]

    def test_refuse_what_makes_no_brand(self, api, creator):
        brand_of(creator)
        assert refused(api("post", BRANDS, {"name": "AURORA audio"})) == (422, "known")
        for change in ({"country": "ZZ"}, {"website": "x"}, {"name": ""}, {"colour": "red"}):
            assert refused(api("post", BRANDS, {"name": "Other"} | change)) == (400, "invalid"), change
        assert Brand.objects.count() == 1

    def test_are_each_creator_s_own(self, api):
        other = brand_of(CreatorFactory())
        kim = Contact.objects.create(brand=other, name="Kim")
        path = f"{BRANDS}{other.pk}/"
        assert refused(api("get", path)) == (404, "not_found")
        for method, address in (
            ("patch", path),
            ("post", f"{path}contacts/"),
            ("delete", f"{path}contacts/{kim.pk}/"),
        ):
            assert refused(api(method, address, {"name": "Mine"})) == (404, "not_found"), address
        assert (Brand.objects.get().name, Contact.objects.get().name) == ("Aurora Audio", "Kim")

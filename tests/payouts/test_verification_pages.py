import datetime as dt
import uuid

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from payouts.models import IdentityDocument, IdentityVersion, TaxForm
from payouts.operations import identity_review as review
from payouts.queries.identity import standing
from tests.factories.papers import VALID, pdf, photograph, sign, submit, submitted, upload, verifier
from tests.factories.payouts import NOW, IdentityFactory
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
HOME = "/studio/verification/"
DOCUMENTS, TAX = f"{HOME}documents/", f"{HOME}tax/"
DETAILS = f"{HOME}identity/individual/"
SAID = {
    "legal_name": "Lumi Sommer",
    "birth_date": "1990-05-17",
    "street": "Lindenweg 4",
    "postal_code": "10115",
    "city": "Berlin",
}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW + dt.timedelta(hours=3)):
        yield


@pytest.fixture
def creator():
    return CreatorFactory()


@pytest.fixture
def studio(client, creator):
    client.force_login(creator)
    return client


def file(content: bytes = b"", name: str = "pass.png") -> SimpleUploadedFile:
    """Named, and said by the browser to be, an image whatever it is."""
    return SimpleUploadedFile(name, content or photograph(), content_type="image/png")


def said(**changes) -> dict:
    return SAID | {"key": str(uuid.uuid4())} | changes


def signed(**changes) -> dict:
    told = {"name": "Lumi Sommer", "number": "36574261809", "certify": "on", "signature": "Lumi Sommer"}
    return told | {"key": str(uuid.uuid4())} | changes


class TestOverview:
    def test_says_what_to_do_first(self, studio):
        page = studio.get(HOME).content.decode()
        for words in ("We don&#x27;t know who you are yet.", "I am paid as a business", "Sign your tax form"):
            assert words in page

    def test_shows_what_was_asked_and_what_our_staff_said(self, studio, creator):
        staff, version = verifier(), submitted(creator)
        review.ask(version_id=version.pk, actor=staff, questions={"city": "Which Berlin?"}, at=NOW)
        assert "Which Berlin?" in studio.get(HOME).content.decode()
        second = submit(creator, key="2")
        review.reject(version_id=second.pk, actor=staff, reason="Not you.", at=NOW, internal_note="Fraud?")
        page = studio.get(HOME).content.decode()
        assert "Not you." in page
        assert "Fraud?" not in page

    def test_says_when_it_has_run_out(self, studio, creator):
        IdentityFactory(creator=creator, expires_at=NOW)
        page = studio.get(HOME).content.decode()
        assert "Ran out" in page
        assert "Verified until" not in page

    def test_costs_the_same_however_often_one_tried(self, studio, creator, django_assert_num_queries):
        staff = verifier()
        for number in range(3):
            upload(creator)
            version = submit(creator, key=str(number))
            review.reject(version_id=version.pk, actor=staff, reason="No.", at=NOW)
            with django_assert_num_queries(11):
                studio.get(HOME)

    def test_asks_for_a_country(self, client):
        client.force_login(CreatorFactory(country=""))
        assert "Where do you live?" in client.get(HOME).content.decode()
        assert "Where do you live?" in client.get(TAX).content.decode()

    def test_is_open_where_payouts_are_not(self, client):
        client.force_login(CreatorFactory(country="NG"))
        assert "Payouts are not open in Nigeria yet." in client.get(HOME).content.decode()

    @pytest.mark.parametrize("address", [HOME, DOCUMENTS, DETAILS, TAX])
    def test_is_for_creators(self, client, address):
        assert client.get(address).status_code == 302
        client.force_login(UserFactory())
        assert "Become a creator" in client.get(address).content.decode()
        assert client.post(address).status_code in {403, 405}


class TestDocuments:
    def test_are_added_and_removed(self, studio, creator):
        told = {"kind": "passport", "expires_date": VALID.isoformat(), "file": file()}
        response = studio.post(DOCUMENTS, told, follow=True)
        assert "Passport added." in response.content.decode()
        document = IdentityDocument.objects.get(owner=creator)
        response = studio.post(f"{DOCUMENTS}{document.pk}/withdraw/", follow=True)
        assert "It is removed." in response.content.decode()
        assert not IdentityDocument.objects.exists()

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"file": b"<script>alert(1)</script>"}, "file"),
            ({"expires_date": "2020-01-01"}, "expires_date"),
            ({"expires_date": ""}, "expires_date"),
            ({"expires_date": "x"}, "expires_date"),
            ({"kind": "selfie"}, "kind"),
            ({"file": None}, "file"),
        ],
        ids=["script", "expired", "no-day", "nonsense-day", "kind", "no-file"],
    )
    def test_are_refused_beside_the_field(self, studio, change, field):
        told = {"kind": "passport", "expires_date": VALID.isoformat(), "file": file()}
        for name, value in change.items():
            if value is None:
                del told[name]
            else:
                told[name] = file(value) if name == "file" else value
        response = studio.post(DOCUMENTS, told)
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert not IdentityDocument.objects.exists()

    def test_of_others_are_not_found(self, studio):
        document = upload(CreatorFactory())
        assert studio.post(f"{DOCUMENTS}{document.pk}/withdraw/").status_code == 404
        assert studio.get(f"{DOCUMENTS}{document.pk}/withdraw/").status_code == 405

    def test_that_were_sent_stay(self, studio, creator):
        document = submitted(creator).documents.get()
        response = studio.post(f"{DOCUMENTS}{document.pk}/withdraw/", follow=True)
        assert "stays with what you sent" in response.content.decode()

    def test_are_never_shown_to_visitors(self, studio, creator):
        document = upload(creator, content=pdf())
        for end in ("", "1/"):
            address = f"/admin/payouts/identityversion/documents/{document.pk}/{end}"
            assert studio.get(address).status_code == 302

    def test_are_listed_at_a_fixed_cost(self, studio, creator, django_assert_num_queries):
        for colour in ("red", "green", "blue"):
            upload(creator, content=photograph(colour))
            with django_assert_num_queries(5):
                studio.get(DOCUMENTS)


class TestDetails:
    def test_are_sent_once(self, studio, creator):
        upload(creator)
        sent = said()
        for _ in range(2):
            assert studio.post(DETAILS, sent).status_code == 302
        assert IdentityVersion.objects.get().city == "Berlin"
        assert standing(creator.pk, NOW).word == "in_review"

    def test_start_with_what_is_known(self, studio, creator):
        assert studio.get(DETAILS).context["form"].initial["legal_name"] == creator.display_name
        submitted(creator)
        assert studio.get(DETAILS).context["form"].initial["street"] == "Lindenweg 4"

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"birth_date": "2015-01-01"}, "birth_date"),
            ({"birth_date": "0001-01-01"}, "birth_date"),
            ({"birth_date": "x"}, "birth_date"),
            ({"street": " "}, "street"),
            ({"legal_name": "x" * 141}, "legal_name"),
            ({"key": "x"}, "key"),
        ],
    )
    def test_are_refused_beside_the_field(self, studio, creator, change, field):
        upload(creator)
        response = studio.post(DETAILS, said(**change))
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert not IdentityVersion.objects.exists()

    def test_of_somebody_in_the_united_states_name_the_state(self, client):
        client.force_login(creator := CreatorFactory(country="US"))
        upload(creator)
        asks = client.post(DETAILS, said(city="Portland"))
        assert (asks.status_code, "As in Portland, OR." in asks.text) == (422, True)
        client.post(DETAILS, said(city="Portland, OR"))
        assert creator.identity_versions.get().city == "Portland, OR"

    def test_need_papers(self, studio):
        response = studio.post(DETAILS, said())
        assert "Add a passport, identity card or the like first." in response.content.decode()

    def test_of_a_business_ask_for_its_number(self, studio):
        form = studio.get(f"{HOME}identity/business/").context["form"]
        assert {"company_name", "registration_number"} <= set(form.fields)
        assert studio.get(f"{HOME}identity/club/").status_code == 404

    def test_show_each_question_beside_its_field(self, studio, creator):
        version = submitted(creator)
        review.ask(version_id=version.pk, actor=verifier(), questions={"city": "Which Berlin?"}, at=NOW)
        form = studio.get(DETAILS).context["form"]
        assert form["city"].help_text == "Our staff asked: Which Berlin?"


class TestTaxForm:
    def test_is_signed(self, studio, creator):
        response = studio.post(TAX, signed(), follow=True)
        assert "EU tax self-declaration is in force." in response.content.decode()
        assert "36574261809" not in studio.get(TAX).content.decode()
        assert "•••• 1809" in studio.get(TAX).content.decode()

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"number": "36574261808"}, "number"),
            ({"number": ""}, "number"),
            ({"certify": ""}, "certify"),
            ({"signature": ""}, "signature"),
            ({"vat_number": "x"}, "vat_number"),
        ],
    )
    def test_is_refused_beside_the_field(self, studio, change, field):
        response = studio.post(TAX, signed(**change))
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert not TaxForm.objects.exists()

    def test_offers_what_the_country_takes(self, client):
        client.force_login(CreatorFactory(country="GB"))
        assert "works_in_us" in client.get(TAX).context["form"].fields
        assert "backup_withholding" in client.get(TAX, {"form": "w9"}).context["form"].fields
        assert "works_in_us" in client.get(TAX, {"form": "dac7"}).context["form"].fields

    def test_shows_earlier_ones(self, studio, creator):
        sign(creator)
        sign(creator, key="2")
        assert "Earlier forms" in studio.get(TAX).content.decode()

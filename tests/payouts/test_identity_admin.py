import datetime as dt
from dataclasses import replace

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from payouts.identity_states import IdentityState
from payouts.models import DocumentAccess
from payouts.models.identity import DocumentKind, IdentityKind
from payouts.operations import identity_review as review
from tests.factories.papers import FACTS, pdf, sign, submit, submitted, upload, verifier
from tests.factories.payouts import NOW
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
QUEUE = "/admin/payouts/identityversion/"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW + dt.timedelta(hours=3)):
        yield


@pytest.fixture
def desk(client):
    client.user = verifier()
    client.force_login(client.user)
    return client


@pytest.fixture
def creator():
    return CreatorFactory()


def page(row) -> str:
    return reverse(f"admin:payouts_{row._meta.model_name}_change", args=[row.pk])


def act(client, row, name: str, **fields):
    address = reverse(f"admin:payouts_{row._meta.model_name}_actions", kwargs={"pk": row.pk, "tool": name})
    response = client.post(address, fields, follow=True)
    row.refresh_from_db()
    return response


class TestQueue:
    def test_opens_on_what_waits_oldest_first(self, desk):
        second = submitted(CreatorFactory())
        first = submitted(CreatorFactory(), at=NOW - dt.timedelta(days=1))
        asked = submitted(CreatorFactory())
        review.ask(version_id=asked.pk, actor=desk.user, questions={"city": "?"}, at=NOW)
        assert list(desk.get(QUEUE).context["cl"].result_list) == [first, second]
        assert list(desk.get(QUEUE, {"queue": "asked"}).context["cl"].result_list) == [asked]
        assert len(desk.get(QUEUE, {"queue": "all"}).context["cl"].result_list) == 3

    def test_costs_the_same_for_one_and_for_many(self, desk, django_assert_num_queries):
        for number in (1, 3):
            for _ in range(number):
                submitted(CreatorFactory())
            with django_assert_num_queries(7):
                desk.get(QUEUE)

    def test_is_for_permitted_staff(self, client, creator):
        version = submitted(creator)
        for person, status in [(StaffFactory(), 403), (UserFactory(), 302)]:
            client.force_login(person)
            assert client.get(QUEUE).status_code == status
            assert client.get(page(version)).status_code == status


class TestPage:
    def test_shows_facts_beside_papers(self, desk, creator):
        upload(creator, DocumentKind.PROOF_OF_ADDRESS, content=pdf(2))
        version = submitted(creator)
        sign(creator)
        text = desk.get(page(version)).content.decode()
        for words in ("Lindenweg 4", "1990-05-17", "•••• 1809", "Proof of address, page 2", "Nobody yet."):
            assert words in text
        assert "36574261809" not in text

    def test_points_at_what_differs_and_is_shared(self, desk, creator):
        creator.birth_date = dt.date(1991, 1, 1)
        creator.save()
        submitted(CreatorFactory(email="other@example.test"))
        text = desk.get(page(submitted(creator))).content.decode()
        assert "The profile says born on 1991-01-01, this version 1990-05-17." in text
        assert "The same passport was uploaded by other@example.test, too." in text

    def test_points_at_a_tax_form_of_somebody_else(self, desk, creator):
        sign(creator)
        assert "in force is that of" not in desk.get(page(submitted(creator))).content.decode()
        facts = replace(FACTS, company_name="Lumi GmbH", registration_number="HRB 1")
        upload(creator, DocumentKind.COMPANY_REGISTER)
        version = submit(creator, kind=IdentityKind.BUSINESS, facts=facts, key="2")
        text = desk.get(page(version)).content.decode()
        assert "EU tax self-declaration in force is that of Lumi Sommer, individual" in text

    def test_changes_nothing_itself(self, desk, creator):
        assert desk.post(page(submitted(creator)), {"state": "verified"}).status_code == 403


class TestDocument:
    def address(self, document, kind="page", *pages):
        return reverse(f"admin:payouts_identitydocument_{kind}", args=[document.pk, *pages])

    def test_is_streamed_to_permitted_staff_and_logged(self, desk, creator):
        document = upload(creator, content=pdf())
        response = desk.get(self.address(document, "page", 1))
        assert response["Content-Type"] == "image/jpeg"
        assert "no-store" in response["Cache-Control"]
        response = desk.get(self.address(document, "file"))
        assert response.content == pdf()
        assert response["Content-Disposition"].startswith("attachment")
        assert [(row.actor, row.how) for row in DocumentAccess.objects.order_by("id")] == [
            (desk.user, "viewed"),
            (desk.user, "downloaded"),
        ]
        assert desk.get("/admin/payouts/documentaccess/").status_code == 200

    def test_is_for_nobody_else(self, client, creator):
        document = upload(creator)
        for person, status in [(StaffFactory(), 403), (creator, 302)]:
            client.force_login(person)
            assert client.get(self.address(document, "page", 1)).status_code == status
            assert client.get(self.address(document, "file")).status_code == status
        assert not DocumentAccess.objects.exists()

    def test_has_no_more_pages_than_it_has(self, desk, creator):
        assert desk.get(self.address(upload(creator), "page", 2)).status_code == 404


class TestDecisions:
    def test_are_confirmed_logged_and_never_made_by_a_link(self, desk, creator):
        version = submitted(creator)
        assert "can be paid, and is told so" in act(desk, version, "verify").content.decode()
        assert version.state == IdentityState.SUBMITTED
        act(desk, version, "verify", confirmed="1", internal_note="Seen.")
        assert (version.state, version.internal_note) == (IdentityState.VERIFIED, "Seen.")
        assert LogEntry.objects.get(user=desk.user).object_id == str(version.pk)
        assert desk.get(f"{QUEUE}{version.pk}/actions/verify/").status_code == 405

    def test_ask_field_by_field(self, desk, creator):
        version = submitted(creator)
        assert act(desk, version, "ask_for_more", confirmed="1").status_code == 422
        act(desk, version, "ask_for_more", confirmed="1", street="Which floor?")
        assert version.state == IdentityState.ASKED
        assert version.requests.get().question == "Which floor?"
        assert "Which floor?" in desk.get(page(version)).content.decode()

    def test_reject_with_a_reason(self, desk, creator):
        version = submitted(creator)
        assert act(desk, version, "reject", confirmed="1", reason=" ").status_code == 422
        act(desk, version, "reject", confirmed="1", reason="Not readable.")
        assert (version.state, version.reason) == (IdentityState.REJECTED, "Not readable.")

    def test_say_that_somebody_was_faster(self, desk, creator):
        version = submitted(creator)
        submit(creator, key="2")
        response = act(desk, version, "verify", confirmed="1")
        assert "This version is replaced by now." in response.content.decode()

    def test_are_not_for_staff_without_the_permission(self, client, creator):
        client.force_login(StaffFactory())
        version = submitted(creator)
        assert act(client, version, "verify", confirmed="1").status_code == 403
        assert version.state == IdentityState.SUBMITTED


class TestTaxForms:
    def test_are_listed_masked_at_a_fixed_cost(self, desk, django_assert_num_queries):
        for number in (1, 3):
            for _ in range(number):
                sign(CreatorFactory())
            with django_assert_num_queries(9):
                text = desk.get("/admin/payouts/taxform/").content.decode()
        assert "•••• 1809" in text
        assert "36574261809" not in text

    def test_are_rejected_and_name_who_shares_the_number(self, desk, creator):
        sign(CreatorFactory(email="other@example.test"))
        form = sign(creator)
        text = desk.get(page(form)).content.decode()
        assert "other@example.test" in text
        assert "36574261809" not in text
        act(desk, form, "reject", confirmed="1", reason="Another's number.")
        assert form.state == "rejected"

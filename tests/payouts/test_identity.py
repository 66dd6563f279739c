import datetime as dt
from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from ledger.operations import IdempotencyConflict
from payouts.models import IdentityVersion
from payouts.models.identity import DocumentKind, IdentityKind
from payouts.operations import identity_review as review
from payouts.operations.identity import UnableToSubmit
from payouts.queries.identity import Word, standing
from tests.factories.papers import FACTS, pdf, photograph, submit, submitted, upload, verifier
from tests.factories.payouts import NOW
from tests.factories.people import CreatorFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def creator():
    return CreatorFactory()


@pytest.fixture
def staff():
    return verifier()


class TestSubmitIdentity:
    def test_puts_a_version_before_staff(self, creator):
        version = submitted(creator)
        assert (version.number, version.state, version.country) == (1, "submitted", "DE")
        assert version.birth_date == "1990-05-17"
        assert standing(creator.pk, NOW).word == Word.IN_REVIEW

    def test_replays_a_key_and_refuses_it_for_something_else(self, creator):
        assert submitted(creator) == submit(creator)
        with pytest.raises(IdempotencyConflict):
            submit(creator, facts=replace(FACTS, city="Bonn"))
        assert IdentityVersion.objects.count() == 1

    def test_takes_the_place_of_the_one_that_waits(self, creator):
        first = submitted(creator)
        second = submit(creator, key="2")
        first.refresh_from_db()
        assert (first.state, second.number, second.state) == ("superseded", 2, "submitted")
        assert second.documents.get() == first.documents.get()

    @pytest.mark.parametrize(
        ("country", "born", "code"),
        [
            ("DE", dt.date(2008, 3, 3), "too_young"),
            ("DE", dt.date(2008, 3, 2), ""),
            ("KR", dt.date(2008, 3, 2), "too_young"),
            ("KR", dt.date(2007, 3, 2), ""),
            ("DE", dt.date(2026, 3, 3), "impossible_birth_date"),
            ("DE", dt.date(1890, 1, 1), "impossible_birth_date"),
        ],
    )
    def test_is_for_those_of_age_where_they_live(self, country, born, code):
        creator = CreatorFactory(country=country)
        upload(creator)
        facts = replace(FACTS, birth_date=born)
        if not code:
            assert submit(creator, facts=facts).state == "submitted"
            return
        with pytest.raises(UnableToSubmit) as refusal:
            submit(creator, facts=facts)
        assert (refusal.value.code, refusal.value.field) == (code, "birth_date")
        assert not IdentityVersion.objects.exists()

    def test_tells_the_young_from_which_day_on(self, creator):
        upload(creator)
        with pytest.raises(UnableToSubmit, match=r"from the age of 18\. You can be from March 1, 2027 on"):
            submit(creator, facts=replace(FACTS, birth_date=dt.date(2009, 3, 1)))

    def test_needs_a_paper_that_is_still_valid(self, creator):
        with pytest.raises(UnableToSubmit) as refusal:
            submit(creator)
        assert refusal.value.code == "no_identity_paper"
        upload(creator, expires_date=NOW.date())
        with pytest.raises(UnableToSubmit):
            submit(creator, at=NOW + 2 * DAY)

    def test_needs_a_business_s_name_number_and_extract(self, creator):
        upload(creator)
        business = replace(FACTS, company_name="Lumi GmbH", registration_number="HRB 4711")
        for facts, wrong in [(FACTS, "company_name"), (business, "")]:
            with pytest.raises(UnableToSubmit) as refusal:
                submit(creator, facts=facts, kind=IdentityKind.BUSINESS)
            assert refusal.value.field == wrong
        upload(creator, DocumentKind.COMPANY_REGISTER, content=pdf())
        version = submit(creator, facts=business, kind=IdentityKind.BUSINESS)
        review.verify(version_id=version.pk, actor=verifier(), at=NOW)
        assert standing(creator.pk, NOW).name == "Lumi GmbH"

    @pytest.mark.parametrize("name", ["legal_name", "street", "city"])
    def test_needs_each_fact(self, creator, name):
        upload(creator)
        with pytest.raises(UnableToSubmit) as refusal:
            submit(creator, facts=replace(FACTS, **{name: "  "}))
        assert (refusal.value.code, refusal.value.field) == ("missing", name)

    def test_is_for_creators_with_a_country(self):
        for person, code in [(UserFactory(), "not_creator"), (CreatorFactory(country=""), "no_country")]:
            with pytest.raises(UnableToSubmit) as refusal:
                submit(person)
            assert refusal.value.code == code

    def test_answers_what_was_asked(self, creator, staff):
        version = submitted(creator)
        [asked] = review.ask(version_id=version.pk, actor=staff, questions={"city": "Which one?"}, at=NOW)
        second = submit(creator, key="2", at=NOW + DAY)
        asked.refresh_from_db()
        assert asked.answer == second
        assert standing(creator.pk, NOW + DAY).asked == ()

    def test_answers_a_question_about_a_paper_by_a_newer_one(self, creator, staff):
        version = submitted(creator)
        review.ask(version_id=version.pk, actor=staff, questions={"identity_document": "Too dark."}, at=NOW)
        with pytest.raises(UnableToSubmit, match=r"another document: Too dark\."):
            submit(creator, key="2", at=NOW + DAY)
        upload(creator, content=photograph("red"), at=NOW + DAY)
        assert submit(creator, key="2", at=NOW + DAY).documents.count() == 2


class TestIdentityVersion:
    def test_is_never_edited_nor_deleted(self, creator):
        version = submitted(creator)
        for change in (
            lambda: IdentityVersion.objects.filter(pk=version.pk).update(city="Bonn"),
            lambda: version.delete(),
            lambda: IdentityVersion.objects.filter(pk=version.pk).update(state="verified"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_rests_encrypted(self, creator, django_db_blocker):
        from django.db import connection

        submitted(creator)
        with connection.cursor() as cursor:
            cursor.execute("SELECT legal_name || birth_date || street || city FROM payouts_identityversion")
            (raw,) = cursor.fetchone()
        assert "Lumi" not in raw
        assert "1990" not in raw

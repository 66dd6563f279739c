import datetime as dt
from dataclasses import replace

import pytest
from django.core.files.storage import storages
from django.db import DatabaseError, transaction
from django.utils import timezone

from ledger import vault
from ledger.operations import IdempotencyConflict
from payouts.gates.case import Case
from payouts.gates.identity import identity
from payouts.identity_states import IdentityState
from payouts.models import DocumentAccess, IdentityDocument, IdentityVersion, InformationRequest
from payouts.models.identity import DocumentKind, IdentityKind
from payouts.operations import identity_review as review
from payouts.operations.identity import (
    AlreadySent,
    UnableToSubmit,
    UnacceptableDocument,
    UnknownDocument,
    withdraw_document,
)
from payouts.operations.review import MissingReason, NotPermitted
from payouts.queries.identity import Word, standing, unanswered
from portal.models import Notice
from tests.factories.papers import FACTS, VALID, pdf, photograph, submit, submitted, upload, verifier
from tests.factories.payouts import NOW
from tests.factories.people import CreatorFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def creator():
    return CreatorFactory()


@pytest.fixture
def staff():
    return verifier()


def files() -> list[str]:
    """What stands in the vault."""
    return storages["private"].listdir("identity")[1] if storages["private"].exists("identity") else []


def told(person) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("id").values_list("kind", flat=True))


class TestUploadDocument:
    def test_keeps_the_file_sealed_outside_the_web(self, creator, settings):
        document = upload(creator)
        with storages["private"].open(document.file) as file:
            assert photograph() not in file.read()
        assert vault.read(document.file) == photograph()
        public = {str(settings.MEDIA_ROOT), str(settings.STATIC_ROOT)}
        assert storages["private"].location not in public
        assert (document.content_type, document.pages, document.size) == ("image/png", 1, len(photograph()))

    def test_counts_pages(self, creator):
        document = upload(creator, DocumentKind.PROOF_OF_ADDRESS, content=pdf(3))
        assert (document.content_type, document.pages) == ("application/pdf", 3)

    def test_keeps_the_same_file_once(self, creator):
        assert upload(creator) == upload(creator)
        assert len(files()) == IdentityDocument.objects.count() == 1
        assert upload(creator, expires_date=VALID + DAY) != upload(creator)

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"<html>", "type"),
            (b"\x89PNG\r\n\x1a\n rubbish", "type"),
            (b"%PDF-1.7 rubbish", "unreadable"),
            (b"x" * (10 * 1024 * 1024 + 1), "too_large"),
        ],
        ids=["html", "broken-picture", "broken-pdf", "large"],
    )
    def test_refuses_what_staff_could_not_read_and_keeps_nothing(self, creator, content, code):
        with pytest.raises(UnacceptableDocument) as refusal:
            upload(creator, content=content)
        assert (refusal.value.code, refusal.value.field) == (code, "file")
        assert (files(), IdentityDocument.objects.count()) == ([], 0)

    def test_refuses_small_pictures_locked_and_endless_files(self, creator):
        for content, code in [
            (photograph(size=(200, 200)), "too_small"),
            (photograph()[:-200], "unreadable"),
            (photograph(kind="JPEG")[:-200], "unreadable"),
            (pdf(1, "secret"), "unreadable"),
            (pdf(21), "pages"),
        ]:
            with pytest.raises(UnacceptableDocument) as refusal:
                upload(creator, content=content)
            assert refusal.value.code == code

    def test_wants_to_know_until_when_a_passport_is_valid(self, creator):
        for day, code in [(None, "no_expiry"), (NOW.date() - DAY, "expired")]:
            with pytest.raises(UnacceptableDocument) as refusal:
                upload(creator, expires_date=day)
            assert (refusal.value.code, refusal.value.field) == (code, "expires_date")

    def test_refuses_more_than_a_dozen_and_leaves_no_file_behind(self, creator):
        for number in range(12):
            upload(creator, expires_date=VALID + number * DAY)
        with pytest.raises(UnacceptableDocument, match="Send what is here first"):
            upload(creator, expires_date=VALID + 12 * DAY)
        assert len(files()) == 12


class TestWithdrawDocument:
    def test_forgets_the_file(self, creator, django_capture_on_commit_callbacks):
        document = upload(creator)
        with django_capture_on_commit_callbacks(execute=True):
            withdraw_document(owner=creator, document_id=document.pk)
        assert (files(), IdentityDocument.objects.count()) == ([], 0)

    def test_keeps_what_was_sent(self, creator):
        document = submitted(creator).documents.get()
        with pytest.raises(AlreadySent):
            withdraw_document(owner=creator, document_id=document.pk)
        assert vault.read(document.file)

    def test_knows_no_one_else_s(self, creator):
        document = upload(creator)
        with pytest.raises(UnknownDocument):
            withdraw_document(owner=CreatorFactory(), document_id=document.pk)


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


class TestVerify:
    def test_holds_until_the_paper_expires_or_for_three_years(self, creator, staff):
        version = review.verify(version_id=submitted(creator).pk, actor=staff, at=NOW)
        end = dt.datetime.combine(VALID + DAY, dt.time(), tzinfo=dt.UTC)
        assert (version.state, version.expires_at, version.decided_by) == ("verified", end, staff)
        assert standing(creator.pk, end - dt.timedelta(seconds=1)).in_force
        assert standing(creator.pk, end).word == Word.EXPIRED
        assert told(creator) == ["identity_verified"]
        other = CreatorFactory()
        upload(other, expires_date=NOW.date() + 4000 * DAY)
        lasting = review.verify(version_id=submit(other).pk, actor=staff, at=NOW)
        assert lasting.expires_at == NOW + 3 * 365 * DAY

    def test_needs_no_answer_any_more(self, creator, staff):
        version = submitted(creator)
        review.ask(version_id=version.pk, actor=staff, questions={"city": "Which?"}, at=NOW)
        review.verify(version_id=version.pk, actor=staff, at=NOW + DAY)
        assert standing(creator.pk, NOW + 30 * DAY).in_force
        assert not unanswered(asked_before=NOW + 30 * DAY).exists()

    def test_replaces_the_version_before_and_not_earlier(self, creator, staff):
        first = review.verify(version_id=submitted(creator).pk, actor=staff, at=NOW)
        second = submit(creator, key="2", at=NOW + DAY)
        assert standing(creator.pk, NOW + DAY).verified == first
        review.verify(version_id=second.pk, actor=staff, at=NOW + DAY)
        first.refresh_from_db()
        assert first.state == IdentityState.SUPERSEDED
        assert standing(creator.pk, NOW + DAY).verified == second

    def test_refuses_papers_that_expired_meanwhile(self, creator, staff):
        version = submitted(creator)
        with pytest.raises(review.PaperExpired):
            review.verify(version_id=version.pk, actor=staff, at=NOW + 500 * DAY)
        assert standing(creator.pk, NOW).word == Word.IN_REVIEW

    def test_lapses_when_the_creator_moves(self, creator, staff):
        review.verify(version_id=submitted(creator).pk, actor=staff, at=NOW)
        creator.country = "FR"
        creator.save()
        assert standing(creator.pk, NOW).word == Word.MOVED


class TestDecisions:
    @pytest.mark.parametrize("name", ["verify", "reject", "ask"])
    def test_are_made_once_by_permitted_others(self, creator, staff, name):
        version = submitted(creator)
        more = {"verify": {}, "reject": {"reason": "No."}, "ask": {"questions": {"city": "?"}}}[name]

        def decide(actor):
            return getattr(review, name)(version_id=version.pk, actor=actor, at=NOW, **more)

        for other in (StaffFactory(), creator):
            with pytest.raises(NotPermitted):
                decide(other)
        review.reject(version_id=version.pk, actor=staff, reason="A copy of a copy.", at=NOW)
        with pytest.raises(review.AlreadyDecided, match="is not accepted by now"):
            decide(staff)
        assert standing(creator.pk, NOW).latest.reason == "A copy of a copy."

    def test_are_never_about_oneself(self, staff):
        staff.is_creator = True
        staff.save()
        with pytest.raises(NotPermitted, match="their own"):
            review.verify(version_id=submitted(staff).pk, actor=staff, at=NOW)

    def test_need_a_version(self, staff):
        with pytest.raises(review.UnknownIdentity):
            review.verify(version_id=staff.pk, actor=staff, at=NOW)


class TestReject:
    def test_tells_the_creator_why(self, creator, staff):
        version = submitted(creator)
        with pytest.raises(MissingReason):
            review.reject(version_id=version.pk, actor=staff, reason=" ", at=NOW)
        review.reject(version_id=version.pk, actor=staff, reason="Blurred.", at=NOW, internal_note="Odd.")
        assert standing(creator.pk, NOW).word == Word.REJECTED
        [notice] = Notice.objects.filter(person=creator)
        assert notice.facts == {"reason": "Blurred."}

    def test_leaves_an_earlier_verification_in_force(self, creator, staff):
        review.verify(version_id=submitted(creator).pk, actor=staff, at=NOW)
        review.reject(version_id=submit(creator, key="2").pk, actor=staff, reason="No.", at=NOW)
        assert standing(creator.pk, NOW).in_force


class TestAsk:
    def test_waits_for_the_creator(self, creator, staff):
        version = submitted(creator)
        review.ask(version_id=version.pk, actor=staff, questions={"city": "Which?"}, at=NOW)
        known = standing(creator.pk, NOW)
        assert (known.word, [asked.question for asked in known.asked]) == (Word.ASKED, ["Which?"])
        assert told(creator) == ["identity_asked"]

    def test_names_one_day_the_creator_s(self, staff):
        creator = CreatorFactory(time_zone="America/New_York")
        night = NOW.replace(hour=2)
        version = submitted(creator)
        review.ask(version_id=version.pk, actor=staff, questions={"city": "Which?"}, at=night)
        assert Notice.objects.get(person=creator).facts["due_date"] == "2026-03-15"
        with timezone.override(creator.time_zone):
            assert "by March 15, 2026" in identity(Case(creator, night)).next_step

    def test_refuses_nothing_and_the_same_twice(self, creator, staff):
        version = submitted(creator)
        with pytest.raises(MissingReason):
            review.ask(version_id=version.pk, actor=staff, questions={}, at=NOW)
        with pytest.raises(MissingReason):
            review.ask(version_id=version.pk, actor=staff, questions={"city": " "}, at=NOW)
        review.ask(version_id=version.pk, actor=staff, questions={"city": "?"}, at=NOW)
        with pytest.raises(review.AlreadyAsked, match="Town was asked about already"):
            review.ask(version_id=version.pk, actor=staff, questions={"city": "?"}, at=NOW)
        assert InformationRequest.objects.count() == 1

    def test_suspends_a_verification_when_the_answer_is_overdue(self, creator, staff):
        version = review.verify(version_id=submitted(creator).pk, actor=staff, at=NOW)
        review.ask(version_id=version.pk, actor=staff, questions={"street": "Moved?"}, at=NOW)
        assert standing(creator.pk, NOW + review.ANSWER_IN - DAY).in_force
        assert standing(creator.pk, NOW + review.ANSWER_IN).word == Word.OVERDUE
        submit(creator, key="2", at=NOW + DAY)
        assert standing(creator.pk, NOW + review.ANSWER_IN).in_force


class TestLook:
    def test_shows_a_picture_and_writes_down_who_looked(self, creator, staff):
        document = upload(creator, DocumentKind.PROOF_OF_ADDRESS, content=pdf(2))
        for page in (1, 2):
            content, content_type = review.look(document_id=document.pk, page=page, actor=staff, at=NOW)
            assert (content[:3], content_type) == (b"\xff\xd8\xff", "image/jpeg")
        assert review.look(document_id=document.pk, page=None, actor=staff, at=NOW)[0] == pdf(2)
        seen = list(DocumentAccess.objects.order_by("id").values_list("actor", "how", "page"))
        assert list(seen) == [
            (staff.pk, "viewed", 1),
            (staff.pk, "viewed", 2),
            (staff.pk, "downloaded", None),
        ]

    def test_is_for_permitted_staff(self, creator):
        document = upload(creator)
        for other in (creator, StaffFactory()):
            with pytest.raises(NotPermitted):
                review.look(document_id=document.pk, page=1, actor=other, at=NOW)
        assert not DocumentAccess.objects.exists()

    def test_finds_no_page_that_is_not_there(self, creator, staff):
        document = upload(creator)
        for page in (0, 2):
            with pytest.raises(review.DocumentLost):
                review.look(document_id=document.pk, page=page, actor=staff, at=NOW)
        vault.remove(document.file)
        with pytest.raises(review.DocumentLost):
            review.look(document_id=document.pk, page=1, actor=staff, at=NOW)

    def test_is_never_struck_from_the_record(self, creator, staff):
        review.look(document_id=upload(creator).pk, page=1, actor=staff, at=NOW)
        for change in (DocumentAccess.objects.all().delete, lambda: DocumentAccess.objects.update(page=9)):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

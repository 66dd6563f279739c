"""The papers themselves: given, taken back, looked at."""

import datetime as dt

import pytest
from django.core.files.storage import storages
from django.db import DatabaseError, transaction

from ledger import vault
from payouts.models import DocumentAccess, IdentityDocument
from payouts.models.identity import DocumentKind
from payouts.operations import identity_review as review
from payouts.operations.identity import AlreadySent, UnacceptableDocument, UnknownDocument, withdraw_document
from payouts.operations.review import NotPermitted
from tests.factories.papers import VALID, pdf, photograph, submitted, upload, verifier
from tests.factories.payouts import NOW
from tests.factories.people import CreatorFactory, StaffFactory

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

"""A creator says who they are, and shows papers."""

import datetime as dt
import hashlib
import uuid
from dataclasses import asdict, dataclass

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from ledger import scans, vault
from ledger.operations import IdempotencyConflict
from payouts.ages import adult_age, comes_of_age
from payouts.identity_states import WAITING, IdentityState
from payouts.models import IdentityDocument, IdentityVersion, InformationRequest
from payouts.models.identity import DocumentKind, IdentityKind
from payouts.queries.identity import IDENTITY_PAPERS, documents_to_show, unsent_documents

OLDEST = 120
"""Years."""
MOST_UNSENT = 12
"""Documents that wait to be sent."""
FOLDER = "identity"
SHOWN_BY = {
    InformationRequest.Field.IDENTITY_DOCUMENT: IDENTITY_PAPERS,
    InformationRequest.Field.ADDRESS_DOCUMENT: frozenset({DocumentKind.PROOF_OF_ADDRESS}),
    InformationRequest.Field.COMPANY_DOCUMENT: frozenset({DocumentKind.COMPANY_REGISTER}),
    InformationRequest.Field.OTHER_DOCUMENT: frozenset(DocumentKind),
}
"""By which kinds of documents each of these is answered."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a creator says. The last two but one are a business's; `remark` is a word to our staff."""

    legal_name: str
    birth_date: dt.date
    street: str
    postal_code: str
    city: str
    company_name: str = ""
    registration_number: str = ""
    remark: str = ""


class UnableToSubmit(Exception):
    """Something is missing or can't be. `field` names the fact, or is empty where no single one is wrong."""

    def __init__(self, code: str, words: str, field: str = "") -> None:
        super().__init__(words)
        self.code, self.field = code, field


class UnacceptableDocument(ValueError):
    """`field` is file, kind or expires_date."""

    def __init__(self, code: str, words: str, field: str = "file") -> None:
        super().__init__(words)
        self.code, self.field = code, field


class UnknownDocument(Exception):
    """There is no such document, or it is someone else's."""


class AlreadySent(Exception):
    """A version rests on the document: it stays with it."""

    code = "already_sent"


def upload_document(
    *, owner, kind: str, content: bytes, at: dt.datetime, expires_date: dt.date | None = None
) -> IdentityDocument:
    """Keep a paper, to be sent with the next version. The same file again returns the first.

    Raises UnacceptableDocument."""
    if kind not in DocumentKind:
        raise UnacceptableDocument("kind", "Choose what this document is.", "kind")
    _refuse_expiry(kind, expires_date, at)
    try:
        paper = scans.inspect(content)
    except scans.UnacceptableFile as refusal:
        raise UnacceptableDocument(refusal.code, str(refusal)) from refusal
    digest = hashlib.sha256(content).hexdigest()
    same = {"owner": owner, "kind": kind, "digest": digest, "expires_date": expires_date}
    name = vault.keep(FOLDER, content)
    try:
        with transaction.atomic():
            _locked(owner.pk)
            known = IdentityDocument.objects.filter(**same).first()
            if known is None and unsent_documents(owner.pk).count() >= MOST_UNSENT:
                raise UnacceptableDocument("too_many", "Send what is here first, or take something back.")
            document = known or IdentityDocument.objects.create(
                **same, file=name, content_type=paper.content_type, pages=paper.pages,
                size=len(content), uploaded_at=at,
            )  # fmt: skip
    except BaseException:
        vault.remove(name)
        raise
    if known:
        vault.remove(name)
    return document


def _refuse_expiry(kind: str, expires_date: dt.date | None, at: dt.datetime) -> None:
    if kind not in IDENTITY_PAPERS:
        return
    if expires_date is None:
        raise UnacceptableDocument("no_expiry", "Say until when it is valid.", "expires_date")
    if expires_date < timezone.localdate(at):
        words = "It has expired. Send one that is still valid."
        raise UnacceptableDocument("expired", words, "expires_date")


@transaction.atomic
def withdraw_document(*, owner, document_id: uuid.UUID) -> None:
    """Forget a paper that was not sent yet. Raises UnknownDocument (also for another's), AlreadySent."""
    _locked(owner.pk)
    document = IdentityDocument.objects.filter(id=document_id, owner=owner).first()
    if document is None:
        raise UnknownDocument("There is no such document.")
    if document.versions.exists():
        raise AlreadySent("It was sent to our staff already and stays with what you sent.")
    document.delete()
    transaction.on_commit(lambda: vault.remove(document.file))


@transaction.atomic
def submit_identity(*, creator, kind: str, facts: Facts, key: str, at: dt.datetime) -> IdentityVersion:
    """Send a version to our staff, with every paper that still counts. It takes the place of one that waits,
    and answers what was asked; one that is verified holds on. The same key returns the first.

    Raises UnableToSubmit, IdempotencyConflict."""
    _locked(creator.pk)
    key = f"{creator.pk}:{key}"
    known = IdentityVersion.objects.filter(key=key).first()
    if known is not None:
        return _replayed(known, kind, facts)
    _check(creator, kind, facts, at)
    papers_now = list(documents_to_show(creator.pk, at))
    asked = list(
        InformationRequest.objects.filter(version__creator=creator, answer__isnull=True).order_by("asked_at")
    )
    _check_papers(kind, papers_now, asked)
    waiting = IdentityVersion.objects.filter(creator=creator, state__in=WAITING)
    waiting.update(state=IdentityState.SUPERSEDED)
    last = IdentityVersion.objects.filter(creator=creator).order_by("-number").first()
    version = IdentityVersion.objects.create(
        key=key,
        creator=creator,
        number=last.number + 1 if last else 1,
        kind=kind,
        country=str(creator.country),
        submitted_at=at,
        **_written(facts),
    )
    version.documents.set(papers_now)
    InformationRequest.objects.filter(pk__in=[request.pk for request in asked]).update(answer=version)
    return version


def _written(facts: Facts) -> dict[str, str]:
    return asdict(facts) | {"birth_date": facts.birth_date.isoformat()}


def _replayed(known: IdentityVersion, kind: str, facts: Facts) -> IdentityVersion:
    said = {"kind": kind, **_written(facts)}
    if any(getattr(known, name) != value for name, value in said.items()):
        raise IdempotencyConflict("This key was used for something else. Use a new one for each version.")
    return known


def _check(creator, kind: str, facts: Facts, at: dt.datetime) -> None:
    if not creator.is_creator:
        raise UnableToSubmit("not_creator", "Only creators are paid. Become a creator in your profile.")
    if not creator.country:
        raise UnableToSubmit("no_country", "Choose your country in your profile first.")
    if kind not in IdentityKind:
        raise UnableToSubmit("kind", "Say whether you are a person or a business.")
    wanted = ["legal_name", "street", "city"]
    if kind == IdentityKind.BUSINESS:
        wanted += ["company_name", "registration_number"]
    for name in wanted:
        if not getattr(facts, name).strip():
            raise UnableToSubmit("missing", "Fill this in.", name)
    _check_age(facts.birth_date, str(creator.country), timezone.localdate(at))


def _check_age(birth_date: dt.date, country: str, today: dt.date) -> None:
    if not today.year - OLDEST <= birth_date.year or birth_date > today:
        words = "Nobody alive was born on that day. Write the year in four digits."
        raise UnableToSubmit("impossible_birth_date", words, "birth_date")
    of_age = comes_of_age(birth_date, country)
    if of_age > today:
        words = (
            f"In your country people are paid from the age of {adult_age(country)}. "
            f"You can be from {date_format(of_age)} on; your diamonds stay yours until then."
        )
        raise UnableToSubmit("too_young", words, "birth_date")


def _check_papers(kind: str, found: list[IdentityDocument], asked: list[InformationRequest]) -> None:
    kinds = {document.kind for document in found}
    if not kinds & IDENTITY_PAPERS:
        raise UnableToSubmit("no_identity_paper", "Add a passport, identity card or the like first.")
    if kind == IdentityKind.BUSINESS and DocumentKind.COMPANY_REGISTER not in kinds:
        raise UnableToSubmit("no_register", "Add an extract from the company register first.")
    for request in asked:
        answering = SHOWN_BY.get(request.field)
        newer = {document.kind for document in found if document.uploaded_at > request.asked_at}
        if answering is not None and not newer & answering:
            words = f"Our staff asked for another document: {request.question} Add it first."
            raise UnableToSubmit("not_answered", words)


def _locked(person_id: uuid.UUID) -> None:
    """One change to a person's papers at a time."""
    get_user_model().objects.select_for_update(no_key=True).get(pk=person_id)

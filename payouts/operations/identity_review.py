"""What staff decide about a creator's identity, and that they looked at its papers."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse

from ledger import scans, vault
from payouts.identity_states import WAITING, IdentityState
from payouts.models import DocumentAccess, IdentityDocument, IdentityVersion, InformationRequest
from payouts.notices import day_for, notify
from payouts.operations.review import MissingReason, NotPermitted
from payouts.queries.identity import IDENTITY_PAPERS, documents_in

VALID_YEARS = 3
"""How long a verification lasts at most. DAC7 lets platforms rely on an address for 36 months (Directive (EU)
2021/514, Annex V, section II); a paper that expires sooner ends it sooner."""
ANSWER_IN = dt.timedelta(days=14)


class UnknownIdentity(Exception):
    """There is no such version."""


class AlreadyDecided(Exception):
    """Somebody else decided meanwhile, or the creator sent a newer version."""

    code = "already_decided"


class PaperExpired(Exception):
    """No paper that shows who the creator is, is still valid."""

    code = "paper_expired"


class AlreadyAsked(Exception):
    """The same field was asked about, and the answer is not here yet."""

    code = "already_asked"


class DocumentLost(Exception):
    """The row is there, its file is not, or the page is not there or can't be drawn."""


@transaction.atomic
def verify(*, version_id: uuid.UUID, actor, at: dt.datetime, internal_note: str = "") -> IdentityVersion:
    """This is who they are, until the paper expires or for three years. It takes the place of an earlier one.

    Raises NotPermitted, UnknownIdentity, AlreadyDecided, PaperExpired."""
    version = _decidable(version_id, actor)
    _refuse_unless(version, WAITING)
    expires_at = _expires_at(version, at)
    if expires_at <= at:
        raise PaperExpired("No identity document here is still valid. Ask for another one.")
    IdentityVersion.objects.filter(creator_id=version.creator_id, state=IdentityState.VERIFIED).update(
        state=IdentityState.SUPERSEDED
    )
    _decide(version, IdentityState.VERIFIED, actor, at, internal_note, expires_at=expires_at)
    # Who verifies needs no answer any more: nobody is reminded of a question, or stopped by it.
    version.requests.filter(answer__isnull=True).update(answer=version)
    _tell(version, "identity_verified", at, {"last_day": version.last_day})
    return version


@transaction.atomic
def reject(
    *, version_id: uuid.UUID, actor, reason: str, at: dt.datetime, internal_note: str = ""
) -> IdentityVersion:
    """Not believed; the creator reads `reason` and may send another version. An earlier one that is verified
    holds on. Raises NotPermitted, UnknownIdentity, AlreadyDecided, MissingReason."""
    version = _decidable(version_id, actor)
    _refuse_unless(version, WAITING)
    _decide(version, IdentityState.REJECTED, actor, at, internal_note, reason=_said(reason))
    _tell(version, "identity_rejected", at, {"reason": version.reason})
    return version


@transaction.atomic
def ask(
    *, version_id: uuid.UUID, actor, questions: Mapping[str, str], at: dt.datetime
) -> list[InformationRequest]:
    """Ask about single fields: `questions` by InformationRequest.Field. A version in review waits for
    the answer; a verified one holds until the answer is due.

    Raises NotPermitted, UnknownIdentity, AlreadyDecided, MissingReason, AlreadyAsked."""
    version = _decidable(version_id, actor)
    _refuse_unless(version, WAITING | {IdentityState.VERIFIED})
    if not questions:
        raise MissingReason("Ask about at least one field.")
    again = set(
        version.requests.filter(answer__isnull=True, field__in=questions).values_list("field", flat=True)
    )
    if again:
        label = InformationRequest.Field(min(again)).label
        raise AlreadyAsked(f"{label} was asked about already, and not answered yet.")
    asked = InformationRequest.objects.bulk_create(
        InformationRequest(
            version=version, field=field, question=_said(question), asked_at=at, asked_by=actor,
            due_at=at + ANSWER_IN,
        )
        for field, question in questions.items()
    )  # fmt: skip
    IdentityVersion.objects.filter(id=version.id, state=IdentityState.SUBMITTED).update(
        state=IdentityState.ASKED
    )
    _tell(
        version,
        "identity_asked",
        at,
        {
            "questions": [f"{request.get_field_display()}: {request.question}" for request in asked],
            "due_date": day_for(version.creator, at + ANSWER_IN),
        },
        about=asked[0].pk,
    )
    return asked


def look(*, document_id: uuid.UUID, page: int | None, actor, at: dt.datetime) -> tuple[bytes, str]:
    """A picture of a page of the document, or with no page the file as it came; and its content type. That
    somebody looked is written down before they see anything.

    Raises NotPermitted, DocumentLost (also where there is no such document)."""
    if not (actor.is_staff and actor.has_perm("payouts.view_identitydocument")):
        raise NotPermitted("You don't have the permission to see identity papers.")
    document = IdentityDocument.objects.filter(id=document_id).first()
    if document is None or (page is not None and not 0 < page <= document.pages):
        raise DocumentLost("There is no such document.")
    how = DocumentAccess.How.DOWNLOADED if page is None else DocumentAccess.How.VIEWED
    DocumentAccess.objects.create(document=document, actor=actor, how=how, page=page, at=at)
    try:
        content = vault.read(document.file)
    except vault.FileLost as error:
        raise DocumentLost("The file is not in the vault any more.") from error
    if page is None:
        return content, document.content_type
    try:
        return scans.picture(content, document.content_type, page), "image/jpeg"
    except scans.UnacceptableFile as error:
        raise DocumentLost("This page can't be drawn: download the file.") from error


def _decidable(version_id: uuid.UUID, actor) -> IdentityVersion:
    """Its creator's row is locked first, as where a version is sent."""
    if not (actor.is_staff and actor.has_perm("payouts.review_identity")):
        raise NotPermitted("You don't have the permission for this decision.")
    creator_id = IdentityVersion.objects.filter(id=version_id).values_list("creator_id", flat=True).first()
    if creator_id is None:
        raise UnknownIdentity("There is no such identity.")
    if creator_id == actor.pk:
        raise NotPermitted("Nobody decides about their own identity.")
    get_user_model().objects.select_for_update(no_key=True).get(pk=creator_id)
    return IdentityVersion.objects.select_related("creator").get(id=version_id)


def _refuse_unless(version: IdentityVersion, states) -> None:
    if version.state not in states:
        raise AlreadyDecided(
            f"This version is {version.get_state_display().lower()} by now. Look at it again."
        )


def _decide(
    version: IdentityVersion, to: IdentityState, actor, at: dt.datetime, internal_note: str, **changes
) -> None:
    changes |= {"state": to, "decided_at": at, "decided_by": actor, "internal_note": internal_note.strip()}
    if not IdentityVersion.objects.filter(id=version.id, state=version.state).update(**changes):
        raise AlreadyDecided("Somebody else decided meanwhile. Look at it again.")
    for name, value in changes.items():
        setattr(version, name, value)


def _expires_at(version: IdentityVersion, at: dt.datetime) -> dt.datetime:
    """The end, in UTC, of the last day of the paper that is valid longest; three years at most."""
    last = [document.expires_date for document in documents_in(version) if document.kind in IDENTITY_PAPERS]
    until = dt.datetime.combine(max(last) + dt.timedelta(days=1), dt.time(), tzinfo=dt.UTC)
    return min(until, at + dt.timedelta(days=VALID_YEARS * 365))


def _said(words: str) -> str:
    if not words.strip():
        raise MissingReason("Write a reason: the creator reads it.")
    return words.strip()


def _tell(version: IdentityVersion, kind: str, at: dt.datetime, facts: dict, about=None) -> None:
    notify(
        person=version.creator,
        kind=kind,
        key=f"{kind}:{about or version.id}",
        at=at,
        facts=facts,
        url=reverse("payouts:verification"),
    )

"""Who creators are, as far as we know it, and what is still to be said or shown."""

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from payouts.identity_states import WAITING, IdentityState
from payouts.models import DocumentAccess, IdentityDocument, IdentityVersion, InformationRequest
from payouts.models.identity import DocumentKind

IDENTITY_PAPERS = frozenset(
    {
        DocumentKind.PASSPORT,
        DocumentKind.ID_CARD,
        DocumentKind.DRIVING_LICENCE,
        DocumentKind.RESIDENCE_PERMIT,
    }
)
"""What shows who somebody is. They expire."""
FRESH = dt.timedelta(days=365)
"""How long any other paper counts."""


class Word(StrEnum):
    """What is known about a creator's identity at a moment. Only VERIFIED lets money out."""

    MISSING = "missing"
    IN_REVIEW = "in_review"
    ASKED = "asked"
    REJECTED = "rejected"
    EXPIRED = "expired"
    MOVED = "moved"
    """Verified for another country than the one in the profile."""
    OVERDUE = "overdue"
    """Verified, but something that was asked since was not answered in time."""
    VERIFIED = "verified"


@dataclass(frozen=True)
class Standing:
    """`verified` is the version that was verified last, in force or not; `waiting` the one at the desk;
    `latest` the newest that was not replaced; `asked` what is open, oldest first."""

    word: Word
    verified: IdentityVersion | None
    waiting: IdentityVersion | None
    latest: IdentityVersion | None
    asked: tuple[InformationRequest, ...]

    @property
    def in_force(self) -> bool:
        return self.word == Word.VERIFIED

    @property
    def name(self) -> str:
        """The name that was verified: the business's, or the person's. Empty where none was."""
        return "" if self.verified is None else self.verified.company_name or self.verified.legal_name

    @property
    def known_as(self) -> str:
        """The name that was verified, or else the one that was sent."""
        return self.name or (self.latest.company_name or self.latest.legal_name if self.latest else "")


def standing(creator_id: uuid.UUID, at: dt.datetime) -> Standing:
    unanswered = InformationRequest.objects.filter(answer__isnull=True)
    versions = list(
        IdentityVersion.objects.filter(creator_id=creator_id)
        .exclude(state=IdentityState.SUPERSEDED)
        .select_related("creator")
        .prefetch_related(Prefetch("requests", queryset=unanswered, to_attr="unanswered"))
        .order_by("-number")
    )
    verified = next((one for one in versions if one.state == IdentityState.VERIFIED), None)
    waiting = next((one for one in versions if one.state in WAITING), None)
    asking = [one for one in (verified, waiting) if one is not None]
    return Standing(
        word=_word(verified, waiting, bool(versions), at),
        verified=verified,
        waiting=waiting,
        latest=versions[0] if versions else None,
        asked=tuple(request for one in asking for request in one.unanswered),
    )


def _word(verified, waiting, known: bool, at: dt.datetime) -> Word:
    why = _why_not(verified, at) if verified else None
    if verified and why is None:
        return Word.VERIFIED
    if waiting:
        return Word.ASKED if waiting.state == IdentityState.ASKED else Word.IN_REVIEW
    if why:
        return why
    return Word.REJECTED if known else Word.MISSING


def _why_not(version: IdentityVersion, at: dt.datetime) -> Word | None:
    if version.expires_at <= at:
        return Word.EXPIRED
    if version.country != version.creator.country:
        return Word.MOVED
    if any(request.due_at <= at for request in version.unanswered):
        return Word.OVERDUE
    return None


def versions_of(creator_id: uuid.UUID) -> QuerySet[IdentityVersion]:
    """Newest first."""
    return IdentityVersion.objects.filter(creator_id=creator_id).order_by("-number")


def documents_of(owner_id: uuid.UUID) -> QuerySet[IdentityDocument]:
    """Newest first."""
    return IdentityDocument.objects.filter(owner_id=owner_id)


def documents_in(version: IdentityVersion) -> QuerySet[IdentityDocument]:
    """Oldest first."""
    return version.documents.order_by("id")


def version_before(version: IdentityVersion) -> IdentityVersion | None:
    earlier = IdentityVersion.objects.filter(creator_id=version.creator_id, number__lt=version.number)
    return earlier.order_by("-number").first()


def others_with(documents) -> QuerySet[IdentityDocument]:
    """The same files, uploaded by somebody else: one paper, two people."""
    files = Q(pk__in=[])
    for document in documents:
        files |= Q(digest=document.digest) & ~Q(owner_id=document.owner_id)
    return IdentityDocument.objects.filter(files).select_related("owner")


def identities_to_review() -> QuerySet[IdentityVersion]:
    return IdentityVersion.objects.filter(state=IdentityState.SUBMITTED)


def accesses_of(version: IdentityVersion) -> QuerySet[DocumentAccess]:
    """Newest first."""
    return DocumentAccess.objects.filter(document__versions=version).select_related("actor", "document")


def unanswered(*, asked_before: dt.datetime) -> QuerySet[InformationRequest]:
    """What still waits for an answer, oldest first, where its version still counts."""
    return (
        InformationRequest.objects.filter(answer__isnull=True, asked_at__lte=asked_before)
        .filter(version__state__in=[IdentityState.ASKED, IdentityState.VERIFIED])
        .order_by("asked_at", "id")
    )


def expiring(*, after: dt.datetime, before: dt.datetime) -> QuerySet[IdentityVersion]:
    """Verified versions that expire between these moments and that nothing newer is to replace."""
    newer = IdentityVersion.objects.filter(state__in=WAITING).values("creator_id")
    found = IdentityVersion.objects.filter(
        state=IdentityState.VERIFIED, expires_at__gt=after, expires_at__lte=before
    )
    return found.exclude(creator_id__in=newer).select_related("creator")


def documents_to_show(owner_id: uuid.UUID, at: dt.datetime) -> QuerySet[IdentityDocument]:
    """What the next version rests on: papers that are valid still, or recent. Oldest first."""
    valid = Q(kind__in=IDENTITY_PAPERS, expires_date__gte=timezone.localdate(at))
    recent = ~Q(kind__in=IDENTITY_PAPERS) & Q(uploaded_at__gt=at - FRESH)
    return documents_of(owner_id).filter(valid | recent).order_by("id")


def unsent_documents(owner_id: uuid.UUID) -> QuerySet[IdentityDocument]:
    return documents_of(owner_id).filter(versions__isnull=True)

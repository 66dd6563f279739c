"""Who a creator is, as they said it, and the papers that show it."""

import datetime as dt

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from ledger.encryption import EncryptedTextField
from payouts.identity_states import WAITING, IdentityState


class IdentityKind(models.TextChoices):
    INDIVIDUAL = "individual", "Individual"
    BUSINESS = "business", "Business"


class DocumentKind(models.TextChoices):
    PASSPORT = "passport", "Passport"
    ID_CARD = "id_card", "Identity card"
    DRIVING_LICENCE = "driving_licence", "Driving licence"
    RESIDENCE_PERMIT = "residence_permit", "Residence permit"
    PROOF_OF_ADDRESS = "proof_of_address", "Proof of address"
    COMPANY_REGISTER = "company_register", "Company register extract"
    OTHER = "other", "Something else that we asked for"


class IdentityDocument(models.Model):
    """A file in the vault, under a name that tells nothing. `size` in bytes, `pages` as a reader counts them,
    `digest` the SHA-256 of what was uploaded. It may be taken back until a version rests on it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="identity_documents"
    )
    kind = models.CharField(max_length=20, choices=DocumentKind)
    expires_date = models.DateField(null=True, blank=True, help_text="As printed on it.")
    file = models.CharField(max_length=100, unique=True, editable=False)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField(default=1)
    digest = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "digest", "expires_date"],
                nulls_distinct=False,
                name="identity_document_once",
            ),
            models.CheckConstraint(condition=Q(size__gt=0, pages__gt=0), name="identity_document_not_empty"),
        ]
        triggers = [pgtrigger.ReadOnly(name="identity_document_written_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.owner}"


class IdentityVersion(models.Model):
    """Everything that a creator said about themselves at one moment. For a business the person is the one who
    acts for it. `birth_date` is written as ISO 8601.

    `reason` is for the creator, `internal_note` for staff alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=200, unique=True, editable=False)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="identity_versions"
    )
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=IdentityKind)
    country = models.CharField(max_length=2, help_text="Where the person or business is resident.")
    legal_name = EncryptedTextField()
    birth_date = EncryptedTextField()
    street = EncryptedTextField()
    postal_code = EncryptedTextField(blank=True, default="")
    city = EncryptedTextField()
    company_name = EncryptedTextField(blank=True, default="")
    registration_number = EncryptedTextField(blank=True, default="")
    remark = EncryptedTextField(blank=True, default="")
    documents = models.ManyToManyField(IdentityDocument, related_name="versions")
    submitted_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=IdentityState, default=IdentityState.SUBMITTED)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True, default="")
    internal_note = models.TextField(blank=True, default="")
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = "identity"
        verbose_name_plural = "identities"
        permissions = [
            ("review_identity", "Can verify, reject and ask about identities, and reject tax forms")
        ]
        constraints = [
            models.UniqueConstraint(fields=["creator", "number"], name="identity_number"),
            models.UniqueConstraint(
                fields=["creator"], condition=Q(state__in=sorted(WAITING)), name="identity_one_waiting"
            ),
            models.UniqueConstraint(
                fields=["creator"], condition=Q(state="verified"), name="identity_one_verified"
            ),
            models.CheckConstraint(condition=Q(state__in=IdentityState.values), name="identity_state"),
            models.CheckConstraint(
                condition=~Q(state__in=["verified", "rejected"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="identity_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(expires_at__isnull=False), name="identity_expires"
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="identity_by_state")]
        triggers = [
            pgtrigger.ReadOnly(
                name="identity_written_once",
                exclude=["state", "decided_at", "decided_by", "reason", "internal_note", "expires_at"],
            ),
            pgtrigger.Protect(name="identity_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.creator}, version {self.number}"

    @property
    def last_day(self) -> dt.date | None:
        """On which it holds still, in UTC."""
        return None if self.expires_at is None else (self.expires_at - dt.timedelta(microseconds=1)).date()


class InformationRequest(models.Model):
    """One thing that a reviewer asked about one field. It is answered by the creator's next version."""

    class Field(models.TextChoices):
        LEGAL_NAME = "legal_name", "Name"
        BIRTH_DATE = "birth_date", "Date of birth"
        STREET = "street", "Street and number"
        POSTAL_CODE = "postal_code", "Postal code"
        CITY = "city", "Town"
        COMPANY_NAME = "company_name", "Name of the business"
        REGISTRATION_NUMBER = "registration_number", "Registration number"
        IDENTITY_DOCUMENT = "identity_document", "Identity document"
        ADDRESS_DOCUMENT = "address_document", "Proof of address"
        COMPANY_DOCUMENT = "company_document", "Company register extract"
        OTHER_DOCUMENT = "other_document", "Another document"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(IdentityVersion, on_delete=models.PROTECT, related_name="requests")
    field = models.CharField(max_length=20, choices=Field)
    question = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    answer = models.ForeignKey(
        IdentityVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="answers"
    )
    reminders = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["version", "field"], condition=Q(answer__isnull=True), name="information_asked_once"
            )
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(answer__isnull=True), name="information_open")
        ]
        triggers = [
            pgtrigger.ReadOnly(name="information_written_once", exclude=["answer", "reminders"]),
            pgtrigger.Protect(name="information_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.get_field_display()


class DocumentAccess(models.Model):
    """Somebody on staff looked at a document."""

    class How(models.TextChoices):
        VIEWED = "viewed", "Viewed"
        DOWNLOADED = "downloaded", "Downloaded"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    document = models.ForeignKey(IdentityDocument, on_delete=models.PROTECT, related_name="accesses")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=How)
    page = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "document accesses"
        triggers = [
            pgtrigger.Protect(name="document_access_kept", operation=pgtrigger.Delete | pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return f"{self.how} by {self.actor}"

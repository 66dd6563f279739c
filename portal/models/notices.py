"""What people are told of."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from portal.models.people import User


class Notice(models.Model):
    """One thing that its person is told of, in the list on the site and, where `to_mail`, by mail.

    `kind` names the words (`portal.notices`), `facts` what stands in them: amounts in the smallest part,
    moments and days in ISO 8601. `url` is a path of this site, or empty."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    url = models.CharField(max_length=300, blank=True, default="")
    to_mail = models.BooleanField()
    read_at = models.DateTimeField(null=True, blank=True)
    mail_taken_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-at", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(url="") | Q(url__regex=r"^/([^/]|$)"), name="notice_url_here"),
        ]
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="notice_by_person"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(
                fields=["at"], condition=Q(to_mail=True, mailed_at__isnull=True), name="notice_unmailed"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class MutedKind(models.Model):
    """A kind of notice that a person wants in the list on the site alone, and not by mail."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="muted_kinds")
    kind = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="muted_kind_once")]

    def __str__(self) -> str:
        return self.kind

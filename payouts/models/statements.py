"""A creator's month, as it was told once."""

import datetime as dt
import hashlib

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7


class Statement(models.Model):
    """Every movement of one calendar month (UTC) as CSV text; `seal` is the SHA-256 of exactly that text,
    which names the seal of the month before: none can be changed, left out or slipped in unnoticed.

    It holds what happened before `until` and was recorded by `recorded_until`; what was recorded later
    stands, with its own day, on the next one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="statements")
    first_date = models.DateField()
    until_date = models.DateField(help_text="The first day that is not on it.")
    recorded_until = models.DateTimeField()
    sealed_at = models.DateTimeField()
    content = models.TextField()
    seal = models.CharField(max_length=64, unique=True)
    previous = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="next")

    class Meta:
        ordering = ("-first_date",)
        constraints = [
            models.UniqueConstraint(fields=["creator", "first_date"], name="statement_once"),
            models.UniqueConstraint(
                fields=["creator"], condition=Q(previous__isnull=True), name="statement_one_first"
            ),
            models.CheckConstraint(condition=Q(first_date__lt=F("until_date")), name="statement_days"),
        ]
        triggers = [
            pgtrigger.Protect(name="statement_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.first_date:%Y-%m}"

    @property
    def last_date(self) -> dt.date:
        return self.until_date - dt.timedelta(days=1)

    @property
    def genuine(self) -> bool:
        """Whether the text is still the one that was sealed."""
        return seal_of(self.content) == self.seal


def seal_of(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()

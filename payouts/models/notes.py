"""What is written about a payout: to colleagues, and between staff and its creator. Two tables, so that no
page can mistake one for the other."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from payouts.models.requests import PayoutRequest


class InternalNote(models.Model):
    """For staff alone. Nothing that a creator sees reads this table."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=120, unique=True, editable=False)
    payout = models.ForeignKey(PayoutRequest, on_delete=models.PROTECT, related_name="internal_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ("id",)
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="internal_note_says_something")]
        triggers = [
            pgtrigger.Protect(name="internal_note_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"Note of {self.author}"


class SharedMessage(models.Model):
    """Read by the creator and by staff. A `question` waits for the creator, and the payout with it; the
    answer names it."""

    class Kind(models.TextChoices):
        MESSAGE = "message", "Message"
        QUESTION = "question", "Question"
        ANSWER = "answer", "Answer"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=120, unique=True, editable=False)
    payout = models.ForeignKey(PayoutRequest, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    answers = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="answer"
    )

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="shared_message_says_something"),
            models.CheckConstraint(
                condition=Q(kind="answer", answers__isnull=False)
                | Q(kind__in=["message", "question"], answers__isnull=True),
                name="shared_message_answers_a_question",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="shared_message_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.author}"

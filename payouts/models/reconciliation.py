"""Our rows beside the files of those who hold the money, day by day."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from payouts.models.remittances import BankMessage


class Reconciliation(models.Model):
    """One comparison of one UTC day with one source's file. The newest of a source and day counts.

    `balances` is what the source says it holds for us: {currency: smallest parts}. A bank's statement says it
    of the end of that day, a payment provider of the moment at which it was asked."""

    class Outcome(models.TextChoices):
        AGREES = "agrees", "Agrees"
        DIFFERS = "differs", "Differs"
        UNAVAILABLE = "unavailable", "No file"
        """The source could not be read; it is asked again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=40)
    day = models.DateField()
    run_at = models.DateTimeField()
    asked = models.CharField(
        max_length=120, blank=True, default="", help_text="The function that read its file."
    )
    outcome = models.CharField(max_length=12, choices=Outcome)
    problem = models.TextField(blank=True, default="")
    ours = models.PositiveIntegerField(default=0, help_text="Movements that our rows know of that day.")
    theirs = models.PositiveIntegerField(default=0, help_text="Movements that the file tells of.")
    balances = models.JSONField(default=dict, blank=True)
    message = models.ForeignKey(
        BankMessage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reconciliations",
        help_text="The bank's statement.",
    )
    number = models.PositiveIntegerField(default=0, help_text="The statement's number; 0: it has none.")

    class Meta:
        ordering = ("-day", "source", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["agrees", "differs", "unavailable"]), name="reconciliation_outcome"
            )
        ]
        indexes = [models.Index(fields=["source", "-day", "-id"], name="reconciliation_newest")]

    def __str__(self) -> str:
        return f"{self.source} {self.day}"


class Difference(models.Model):
    """Something that a source and our rows tell differently of one day; amounts in the smallest part of
    `currency`, None where one side does not know of it. It closes by itself when a later comparison no longer
    finds it (`gone_at`), or by a person who explains it."""

    class Kind(models.TextChoices):
        MISSING_THERE = "missing_there", "Not in their file"
        MISSING_HERE = "missing_here", "Not in our rows"
        AMOUNT = "amount", "Amounts differ"
        BALANCE = "balance", "The file does not add up"
        GAP = "gap", "A file is missing"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=40)
    day = models.DateField()
    kind = models.CharField(max_length=14, choices=Kind)
    what = models.CharField(max_length=20, blank=True, default="")
    reference = models.CharField(max_length=255, blank=True, default="")
    currency = models.CharField(max_length=3, blank=True, default="")
    ours = models.BigIntegerField(null=True, blank=True)
    theirs = models.BigIntegerField(null=True, blank=True)
    detail = models.TextField(blank=True, default="")
    found_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)
    explained_at = models.DateTimeField(null=True, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ("-day", "source", "id")
        permissions = [("explain_difference", "Can explain differences of a reconciliation")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "day", "kind", "what", "reference", "currency"], name="difference_once"
            ),
            models.CheckConstraint(
                condition=Q(explained_at__isnull=True, explained_by__isnull=True, note="")
                | (Q(explained_at__isnull=False, explained_by__isnull=False) & ~Q(note="")),
                name="difference_explained_by_someone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-day"],
                condition=Q(gone_at__isnull=True, explained_at__isnull=True),
                name="difference_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reference or self.source} on {self.day}"

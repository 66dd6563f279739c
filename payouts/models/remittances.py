"""What went to the bank, and every word that came back."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from ledger.encryption import EncryptedTextField
from payouts.models.requests import PayoutRequest
from payouts.remittance_states import UNDER_WAY, RemittanceState

_RAILS = {"sepa": "SEPA", "ach": "ACH", "stripe": "Stripe", "manual": "By hand"}


def rail_label(name: str) -> str:
    """A rail's name for people."""
    return _RAILS.get(name, name)


class PaymentFile(models.Model):
    """One message to a bank, with one payment or many: `payments` of them, `total` in the smallest part of
    `currency`.

    `message` is what the bank gets, byte for byte the same however often it is sent, under one `message_id`:
    the bank itself refuses a second one. `attempted_at` is when someone last took it in hand. `by_hand`: no
    line leads to this bank, and a person carries it there."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rail = models.CharField(max_length=20)
    message_id = models.CharField(max_length=35, unique=True)
    message = EncryptedTextField()
    payments = models.PositiveIntegerField()
    total = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    committed_at = models.DateTimeField()
    attempted_at = models.DateTimeField(db_index=True)
    receipt = models.JSONField(default=dict, blank=True)
    problem = models.TextField(blank=True, default="")
    by_hand = models.BooleanField(default=False)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-id",)
        permissions = [("hand_over_paymentfile", "Can carry payment files to the bank")]
        constraints = [
            models.CheckConstraint(condition=Q(payments__gt=0, total__gt=0), name="payment_file_not_empty")
        ]

    def __str__(self) -> str:
        return self.message_id


class Remittance(models.Model):
    """One attempt to send one payout. `amount` in the smallest part of `currency`.

    `file` is the message it goes in; one that could not be put into any has none."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payout = models.ForeignKey(PayoutRequest, on_delete=models.PROTECT, related_name="remittances")
    attempt = models.PositiveSmallIntegerField()
    rail = models.CharField(max_length=20)
    file = models.ForeignKey(
        PaymentFile, on_delete=models.PROTECT, null=True, blank=True, related_name="remittances"
    )
    state = models.CharField(max_length=10, choices=RemittanceState, default=RemittanceState.COMMITTED)
    end_to_end_id = models.CharField(max_length=35, unique=True)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    committed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    rejected_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=40, blank=True, default="")
    problem = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["payout", "attempt"], name="remittance_attempt"),
            models.UniqueConstraint(
                fields=["payout"], condition=Q(state__in=sorted(UNDER_WAY)), name="remittance_one_under_way"
            ),
            models.CheckConstraint(condition=Q(state__in=RemittanceState.values), name="remittance_state"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="remittance_amount"),
            models.CheckConstraint(
                condition=Q(file__isnull=False) | Q(state="rejected"), name="remittance_in_a_file"
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="remittance_by_state")]

    def __str__(self) -> str:
        return self.end_to_end_id


class BankMessage(models.Model):
    """What the bank sent, word for word, kept once however often it is delivered.

    One that a person brought says nothing until another person has confirmed that it is the bank's."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Waiting to be read"
        READ = "read", "Read"
        UNREADABLE = "unreadable", "Unreadable"
        BROUGHT = "brought", "Brought; waits for somebody else"
        THROWN_AWAY = "thrown_away", "Thrown away"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.CharField(max_length=20, help_text="The mailbox it was in.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the text.")
    raw = EncryptedTextField()
    kind = models.CharField(max_length=10, blank=True, default="")
    sender_id = models.TextField(blank=True, default="", help_text="The id that the bank gave it.")
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.WAITING)
    problem = models.TextField(blank=True, default="")
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    brought_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["channel", "digest"], name="bank_message_once"),
            models.CheckConstraint(
                condition=Q(brought_by__isnull=True)
                | Q(outcome__in=["brought", "thrown_away"])
                | (Q(confirmed_by__isnull=False) & ~Q(confirmed_by=models.F("brought_by"))),
                name="bank_message_confirmed_by_another",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(outcome="waiting"), name="bank_message_waiting")]

    def __str__(self) -> str:
        return f"{self.kind or 'message'} {self.sender_id}".strip()


class BankEntry(models.Model):
    """One thing that a bank message says, and what came of it. `amount` in the smallest part of `currency`.

    Parked ones need a person: they moved nothing."""

    class What(models.TextChoices):
        STATUS = "status", "Status"
        DEBIT = "debit", "Debit"
        CREDIT = "credit", "Credit"
        RETURN = "return", "Return"

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Waiting"
        """Not looked at yet, or something that must come first has not come."""
        APPLIED = "applied", "Applied"
        REPEATED = "repeated", "Known already"
        NOTED = "noted", "Needs nothing"
        PARKED = "parked", "Needs a person"
        BY_HAND = "by_hand", "Settled by a person"
        SET_ASIDE = "set_aside", "Set aside by a person"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    message = models.ForeignKey(BankMessage, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField()
    what = models.CharField(max_length=10, choices=What)
    remittance = models.ForeignKey(
        Remittance, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    end_to_end_id = models.TextField(blank=True, default="")
    original_message_id = models.TextField(blank=True, default="")
    status = models.TextField(blank=True, default="")
    amount = models.BigIntegerField(null=True, blank=True)
    currency = models.TextField(blank=True, default="")
    account = models.TextField(blank=True, default="")
    booked_date = models.DateField(null=True, blank=True)
    bank_reference = models.TextField(blank=True, default="")
    code = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    problem = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True, default="", help_text="Why a person decided so.")

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "bank entries"
        permissions = [("settle_bankentry", "Can settle bank entries by hand")]
        constraints = [models.UniqueConstraint(fields=["message", "position"], name="bank_entry_once")]
        indexes = [
            models.Index(fields=["id"], condition=Q(outcome="waiting"), name="bank_entry_waiting"),
            models.Index(fields=["outcome", "-id"], name="bank_entry_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.end_to_end_id or self.original_message_id}".strip()

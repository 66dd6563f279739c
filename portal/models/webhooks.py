"""Addresses that people want told of what happens, what they are told, and how each telling went."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.urls import reverse
from uuid_utils.compat import uuid7

from ledger.encryption import EncryptedTextField
from portal.models.people import User
from portal.webhook_states import TONES, AttemptError, DeliveryState, OffBecause

LONGEST_URL = 500
LONGEST_DESCRIPTION = 120
ANSWER_KEPT = 1000
"""Characters of an answer."""


class WebhookEndpoint(models.Model):
    """Where a person wants to be told of events of the types `event_types` (codes of `portal.webhook_types`).

    `secret` signs; `previous_secret` does so beside it until `previous_until`. Nothing is sent while it is
    switched off, or before `rests_until`. `failing_since` is the first failure that no success followed.
    `asked` is the digest of what was asked for with `key`. One that was removed is kept, without its secrets,
    for as long as what it was told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="webhook_endpoints")
    url = models.CharField(max_length=LONGEST_URL)
    description = models.CharField(max_length=LONGEST_DESCRIPTION, blank=True, default="")
    event_types = models.JSONField(default=list)
    key = models.CharField(max_length=120)
    asked = models.CharField(max_length=64)
    secret = EncryptedTextField(blank=True)
    previous_secret = EncryptedTextField(blank=True, default="")
    previous_until = models.DateTimeField(null=True, blank=True)
    rotation_key = models.CharField(max_length=120, blank=True, default="")
    made_at = models.DateTimeField()
    off_because = models.CharField(max_length=7, choices=OffBecause, blank=True, default="")
    off_at = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        permissions = [("switch_off_webhookendpoint", "Can switch webhook endpoints off")]
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="webhook_endpoint_key_once"),
            models.CheckConstraint(
                condition=Q(off_because="", off_at__isnull=True)
                | (Q(off_because__in=OffBecause.values) & Q(off_at__isnull=False)),
                name="webhook_endpoint_off",
            ),
        ]

    def __str__(self) -> str:
        return self.description or self.url

    def get_absolute_url(self) -> str:
        return reverse("webhook", args=[self.pk])

    @property
    def is_on(self) -> bool:
        return not self.off_because

    def has_two_secrets(self, at: dt.datetime) -> bool:
        """Whether the one before signs, too."""
        return self.previous_until is not None and at < self.previous_until

    @property
    def standing(self) -> tuple[str, str]:
        """In words, and in which tone."""
        if self.off_because:
            return "Off", "neutral" if self.off_because == OffBecause.OWNER else "bad"
        return ("Failing", "warn") if self.failing_since else ("On", "good")


class WebhookEvent(models.Model):
    """One thing that happened to one person. `body` is what every endpoint is sent, byte for byte. The same
    `key` is told once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    at = models.DateTimeField()
    body = models.TextField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint. `tries` counts since it was last played again; the next one is at
    `due_at`. A worker that takes it has it until `taken_until`: then it is anybody's again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, db_index=False, related_name="deliveries"
    )
    event = models.ForeignKey(WebhookEvent, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=9, choices=DeliveryState, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    taken_until = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name_plural = "webhook deliveries"
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="webhook_delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values)
                & (
                    Q(state="waiting", over_at__isnull=True)
                    | (~Q(state="waiting") & Q(over_at__isnull=False))
                ),
                name="webhook_delivery_over",
            ),
        ]
        indexes = [
            models.Index(fields=["endpoint", "-id"], name="webhook_delivery_newest"),
            models.Index(
                fields=["endpoint", "due_at", "id"], condition=Q(state="waiting"), name="webhook_delivery_due"
            ),
            models.Index(
                fields=["endpoint", "taken_until"],
                condition=Q(state="waiting", taken_until__isnull=False),
                name="webhook_delivery_taken",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.endpoint}"

    def get_absolute_url(self) -> str:
        return reverse("webhook_delivery", args=[self.endpoint_id, self.pk])

    @property
    def last_attempt(self) -> "WebhookAttempt | None":
        """Of a list whose attempts were read, oldest first."""
        return next(reversed(self.attempts.all()), None)

    @property
    def tone(self) -> str:
        return TONES[DeliveryState(self.state)]


class WebhookAttempt(models.Model):
    """One request, written before it is made. Without `ended_at` it is under way, or its worker died: nobody
    knows whether it arrived. `answer` is the beginning of what came back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    milliseconds = models.PositiveIntegerField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=10, choices=AttemptError, blank=True, default="")
    answer = models.CharField(max_length=ANSWER_KEPT, blank=True, default="")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.status or self.get_error_display() or 'under way'}"

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


class WebhookPosition(models.Model):
    """Up to where a reader that follows behind has read: a snapshot of the database, as PostgreSQL writes it,
    and when it was taken."""

    reader = models.CharField(max_length=20, primary_key=True)
    snapshot = models.TextField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.reader} up to {self.at}"

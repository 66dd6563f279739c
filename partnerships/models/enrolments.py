"""Who takes part in which programme, since when, and how it came to that."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from partnerships.models.programmes import Programme
from partnerships.programme_states import AppealState, EnrolmentState


class Enrolment(models.Model):
    """One creator in one programme, for good: who leaves and comes back has the same one."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="enrolments")
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    state = models.CharField(max_length=10, choices=EnrolmentState)
    applied_at = models.DateTimeField()
    reason = models.CharField(
        max_length=500, blank=True, default="", help_text="Why it is so; the creator reads this."
    )
    suspended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-id",)
        permissions = [
            ("decide_enrolment", "Can decide about applications, suspend, and decide appeals"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["programme", "creator"], name="enrolment_once"),
            models.CheckConstraint(
                condition=Q(state="suspended", suspended_by__isnull=False, reason__gt="")
                | (~Q(state="suspended") & Q(suspended_by__isnull=True)),
                name="enrolment_suspended_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.creator} in {self.programme}"


class EnrolmentPeriod(models.Model):
    """UTC days on which an enrolment counts, both ends inclusive; without a last one it goes on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="periods")
    first_date = models.DateField()
    last_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("first_date",)
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(last_date__isnull=True), name="enrolment_period_open_once"
            ),
            models.CheckConstraint(
                condition=Q(last_date__isnull=True) | Q(last_date__gte=F("first_date") - 1),
                name="enrolment_period_days",
            ),
        ]

    def __str__(self) -> str:
        if self.last_date and self.last_date < self.first_date:
            return f"no day from {self.first_date} on"
        return f"{self.first_date} to {self.last_date or 'now'}"


class EnrolmentEvent(models.Model):
    """What happened to an enrolment: who, when, why. `reason` is for the creator, `internal_note` is not."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    code = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=EnrolmentState)
    reason = models.CharField(max_length=1000, blank=True, default="")
    internal_note = models.CharField(max_length=2000, blank=True, default="")

    class Meta:
        ordering = ("id",)
        triggers = [
            pgtrigger.Protect(
                name="enrolment_event_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} on {self.at:%Y-%m-%d}"


class Appeal(models.Model):
    """A creator's word against a suspension; somebody else than who suspended decides."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="appeals")
    suspended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    suspended_date = models.DateField()
    text = models.CharField(max_length=1000)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=AppealState, default=AppealState.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ("made_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(state="open"), name="enrolment_appeal_open_once"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True)
                | Q(state="withdrawn", decided_by__isnull=True, decided_at__isnull=False)
                | Q(state__in=["upheld", "dismissed"], decided_by__isnull=False, decided_at__isnull=False),
                name="enrolment_appeal_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("suspended_by")),
                name="enrolment_appeal_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}, {self.made_at:%Y-%m-%d}"

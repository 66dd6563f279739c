from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from uuid_utils.compat import uuid7

from ledger.units import COIN, DIAMOND, to_parts

TITLE_LENGTH = 80
LARGEST_GOAL = 1_000_000_000


class Stream(models.Model):
    """A time during which a creator is live. A creator has one open stream at most; gifts sent meanwhile
    belong to it.

    `goal` is in the smallest part of `goal_unit`, with `goal_words` for what it is meant for; without one all
    three are empty. `key` is what made it start once. `peak_viewers` is the most that ever watched together.
    """

    class GoalUnit(models.TextChoices):
        DIAMOND = DIAMOND, "Diamonds"
        COIN = COIN, "Coins"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="streams")
    title = models.CharField(max_length=TITLE_LENGTH)
    goal = models.BigIntegerField(null=True)
    goal_unit = models.CharField(max_length=8, choices=GoalUnit, blank=True, default="")
    goal_words = models.CharField(max_length=TITLE_LENGTH, blank=True, default="")
    key = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    peak_viewers = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creator"], condition=Q(ended_at__isnull=True), name="stream_one_open"
            ),
            models.UniqueConstraint(fields=["creator", "key"], name="stream_key_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="stream_ends_after_its_start",
            ),
            models.CheckConstraint(
                condition=Q(goal__isnull=True, goal_unit="")
                | Q(goal__isnull=False, goal_unit=COIN, goal__range=(1, LARGEST_GOAL))
                | Q(goal__isnull=False, goal_unit=DIAMOND, goal__range=(1, to_parts(LARGEST_GOAL, DIAMOND))),
                name="stream_goal",
            ),
        ]
        indexes = [models.Index(fields=["creator", "-id"], name="stream_of_creator")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The creator's own summary of it."""
        return reverse("wallets:stream", args=[self.pk])


class StreamAudience(models.Model):
    """How many people one feed process sees watching one stream, told anew every few seconds."""

    pk = models.CompositePrimaryKey("stream_id", "process")
    stream = models.ForeignKey(
        Stream, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="audience"
    )
    process = models.UUIDField()
    viewers = models.PositiveIntegerField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.viewers} at {self.stream_id}"

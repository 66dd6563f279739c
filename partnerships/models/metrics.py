"""What the platform counted, day by day."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from partnerships.models.programmes import Programme


class Figures(models.Model):
    """One creator's UTC day in one viewers' country, and who said so. `ad_revenue_micros`: millionths of the
    programme's currency, before the creator's share."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="%(class)ss")
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    date = models.DateField()
    country = models.CharField(max_length=2)
    views = models.BigIntegerField()
    qualified_views = models.BigIntegerField()
    ad_revenue_micros = models.BigIntegerField(default=0)
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(qualified_views__gte=0, views__gte=F("qualified_views")), name="%(class)s_views"
            )
        ]

    def __str__(self) -> str:
        return f"{self.creator_id} on {self.date} in {self.country}"


class Metric(Figures):
    """What counts: the latest word of each creator, day and country."""

    class Meta(Figures.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "creator", "date", "country"], name="programme_metric_once"
            ),
            *Figures.Meta.constraints,
        ]


class MetricWord(Figures):
    """Each time that something new was told, kept for good: whoever told a figure has a part in what it pays,
    also once somebody else has corrected it."""

    class Meta(Figures.Meta):
        indexes = [models.Index(fields=["told_by", "programme", "date"], name="metric_word_of_teller")]
        triggers = [
            pgtrigger.Protect(name="metric_word_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class FollowerCount(models.Model):
    """How many people followed a creator at the end of a UTC day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    date = models.DateField()
    followers = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creator", "date"], name="follower_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.followers} on {self.date}"


class AccrualDue(models.Model):
    """A creator's month in a programme that has to be worked out, for the first time or anew."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="+")
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    month = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "creator", "month"], name="accrual_due_once"),
        ]

    def __str__(self) -> str:
        return f"{self.creator_id} in {self.month:%Y-%m}"

"""What the platform counted, day by day."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from partnerships.models.programmes import Programme


class Metric(models.Model):
    """One creator's UTC day in one viewers' country. `ad_revenue_micros`: millionths of the programme's
    currency, before the creator's share. Told again, the latest word counts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="metrics")
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    date = models.DateField()
    country = models.CharField(max_length=2)
    views = models.BigIntegerField()
    qualified_views = models.BigIntegerField()
    ad_revenue_micros = models.BigIntegerField(default=0)
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "creator", "date", "country"], name="programme_metric_once"
            ),
            models.CheckConstraint(
                condition=Q(qualified_views__gte=0, views__gte=F("qualified_views")),
                name="programme_metric_views",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.creator_id} on {self.date} in {self.country}"


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

from django.conf import settings
from django.db import models
from django.db.models import Q


class ViewerSettings(models.Model):
    """What a viewer has chosen for themselves; one without a row has chosen nothing.

    A cap counts coins given in gifts and tips since the day or month began in `time_zone`, which is that of
    the first cap, so that a move does not begin the day anew. A change that loosens a cap waits in `next_…`
    until `…_from`, and is in force from then on. Until `cool_off_until` nothing is bought or sent."""

    viewer = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    anonymous = models.BooleanField(default=False, help_text="Whether gifts are sent without the name.")
    time_zone = models.CharField(max_length=64, default="UTC")
    daily_cap = models.BigIntegerField(null=True)
    next_daily_cap = models.BigIntegerField(null=True)
    daily_cap_from = models.DateTimeField(null=True)
    monthly_cap = models.BigIntegerField(null=True)
    next_monthly_cap = models.BigIntegerField(null=True)
    monthly_cap_from = models.DateTimeField(null=True)
    cool_off_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "viewer settings"
        constraints = [
            models.CheckConstraint(
                condition=(Q(daily_cap__isnull=True) | Q(daily_cap__gt=0))
                & (Q(next_daily_cap__isnull=True) | Q(next_daily_cap__gt=0))
                & (Q(monthly_cap__isnull=True) | Q(monthly_cap__gt=0))
                & (Q(next_monthly_cap__isnull=True) | Q(next_monthly_cap__gt=0)),
                name="viewer_caps_positive",
            ),
            models.CheckConstraint(
                condition=(Q(daily_cap_from__isnull=False) | Q(next_daily_cap__isnull=True))
                & (Q(monthly_cap_from__isnull=False) | Q(next_monthly_cap__isnull=True)),
                name="viewer_next_cap_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"Settings of {self.viewer}"

    @property
    def capped(self) -> bool:
        """Whether there is a cap, or may be one later."""
        caps = (self.daily_cap, self.next_daily_cap, self.monthly_cap, self.next_monthly_cap)
        return any(cap is not None for cap in caps)

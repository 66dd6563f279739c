from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q


class Position(models.TextChoices):
    TOP_LEFT = "top-left", "Top left"
    TOP = "top", "Top"
    TOP_RIGHT = "top-right", "Top right"
    BOTTOM_LEFT = "bottom-left", "Bottom left"
    BOTTOM = "bottom", "Bottom"
    BOTTOM_RIGHT = "bottom-right", "Bottom right"


class Overlay(models.Model):
    """What a creator's streaming software shows on top of the picture. Whoever knows the token of its address
    may look; only the token's SHA-256 is kept, and none while the address is revoked (`digest` is empty).

    `smallest_gift` (coins) is what a gift must cost to be announced, `seconds` how long each announcement
    stays. `tested_at` is when the creator last asked for a sample."""

    creator = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="overlay"
    )
    digest = models.CharField(max_length=64, blank=True, default="")
    shows_alerts = models.BooleanField("Announce gifts", default=True)
    shows_goal = models.BooleanField("Show the goal", default=True)
    shows_leaderboard = models.BooleanField("Show the top gifters", default=False)
    smallest_gift = models.PositiveIntegerField(
        "Announce gifts from",
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(1_000_000)],
        help_text="In coins, for a whole run of the same gift.",
    )
    seconds = models.PositiveSmallIntegerField(
        "Seconds for each",
        default=5,
        validators=[MinValueValidator(2), MaxValueValidator(20)],
        help_text="2 to 20.",
    )
    position = models.CharField(
        "Where announcements appear", max_length=12, choices=Position, default=Position.TOP
    )
    sound = models.BooleanField("Play a sound", default=False)
    renewed_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField()
    tested_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest"], condition=~Q(digest=""), name="overlay_digest_once"),
            models.CheckConstraint(
                condition=Q(seconds__range=(2, 20), smallest_gift__range=(1, 1_000_000)),
                name="overlay_settings",
            ),
            models.CheckConstraint(condition=Q(position__in=Position.values), name="overlay_position_known"),
        ]

    def __str__(self) -> str:
        return f"Overlay of {self.creator}"

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from wallets.models.people import public_name

NOTE_LENGTH = 140


class CreatorSettings(models.Model):
    """How a creator takes gifts; one without a row takes them all. `note` tells viewers why there are none.
    `words` are refused in messages, each as `wallets.messages.words` writes it."""

    creator = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    gifts_off = models.BooleanField(default=False)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    words = ArrayField(models.CharField(max_length=40), default=list, blank=True)

    class Meta:
        verbose_name_plural = "creator settings"

    def __str__(self) -> str:
        return f"Gift settings of {self.creator}"


class Block(models.Model):
    """`blocked` can send nothing to `blocker`. `unnamed`: blocked by a gift that showed no name, so the list
    of the blocker shows none either. Somebody may be blocked both ways, and neither tells of the other."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    blocker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    unnamed = models.BooleanField(default=False)
    blocked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked", "unnamed"], name="block_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.blocker} blocks {self.blocked}"

    @property
    def name(self) -> str:
        return public_name(self.blocked)

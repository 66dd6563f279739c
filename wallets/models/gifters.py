from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7


class Gifter(models.Model):
    """How many coins a viewer has sent in gifts that were not undone, up to the last count."""

    viewer = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    coins = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(coins__gt=0), name="gifter_gave")]

    def __str__(self) -> str:
        return f"{self.viewer}: {self.coins} coins"


class GifterCount(models.Model):
    """The last count of gifters: it and those before it took in the gifts written up to `until`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    until = models.DateTimeField(unique=True)

    def __str__(self) -> str:
        return f"up to {self.until}"

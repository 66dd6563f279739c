"""Where an endpoint and a delivery can stand.

```
delivery:  waiting ─┬─> delivered
              ^     ├─> failed ───┐
              │     └─> missed ───┤
              └────── replay ─────┘  (delivered ones, too; a waiting one is due at once)
```
"""

from django.db import models


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    """To be sent, at once or once more."""
    DELIVERED = "delivered", "Delivered"
    """The endpoint answered with a 2xx."""
    FAILED = "failed", "Failed"
    """Every attempt failed."""
    MISSED = "missed", "Missed"
    """The endpoint was switched off."""


TONES = {
    DeliveryState.WAITING: "info",
    DeliveryState.DELIVERED: "good",
    DeliveryState.FAILED: "bad",
    DeliveryState.MISSED: "warn",
}

UNDELIVERED = (DeliveryState.FAILED, DeliveryState.MISSED)


class OffBecause(models.TextChoices):
    """Why an endpoint is switched off; empty while it is on."""

    OWNER = "owner", "You switched it off"
    FAILING = "failing", "Nothing got through for three days"
    GONE = "gone", "It answered 410 Gone"
    STAFF = "staff", "Our staff switched it off"
    REMOVED = "removed", "You removed it"


class AttemptError(models.TextChoices):
    """Why an attempt got no answer; empty where it got one, or is under way."""

    ADDRESS = "address", "Its name leads to no public address"
    CONNECTION = "connection", "No connection"
    TLS = "tls", "Its certificate can’t be trusted"
    TIMEOUT = "timeout", "No answer in time"

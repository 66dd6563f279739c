import datetime as dt

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from wallets.levels import level_of
from wallets.models.fields import TransactionIdField
from wallets.models.gift_types import GiftType
from wallets.models.people import public_name
from wallets.models.streams import Stream

MESSAGE_LENGTH = 140
LARGEST_QUANTITY = 999
UNDO_WINDOW = dt.timedelta(seconds=30)
ANONYMOUS = "Anonymous"


class Gift(models.Model):
    """A gift that was sent. Its id is that of its ledger entry; what it cost and what it gave stay as they
    were: `coins` of the viewer, `diamonds` (hundredths) of the creator at `rate` diamonds a coin. `stream` is
    the live stream it was sent to, `streak_id` what the taps of one run of the same gift share. By
    `written_in` the feed knows who has had it (docs/decisions/0019-the-feed-reads-snapshots.md).

    Rows are written by `wallets/sql/send_gift.sql` alone, which has just posted the entry, so nothing here
    is checked by foreign keys, and one index serves the creator's lists. What a viewer sent is found through
    the postings of their coins (docs/decisions/0007-one-index-on-gifts.md)."""

    id = models.UUIDField(primary_key=True, editable=False)
    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    gift_type = models.ForeignKey(
        GiftType, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    quantity = models.PositiveSmallIntegerField()
    coins = models.BigIntegerField()
    diamonds = models.BigIntegerField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    message = models.CharField(max_length=MESSAGE_LENGTH, blank=True)
    anonymous = models.BooleanField(default=False, db_default=False)
    stream = models.ForeignKey(
        Stream, on_delete=models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    streak_id = models.UUIDField(null=True)
    sent_at = models.DateTimeField()
    written_in = TransactionIdField()

    class Meta:
        indexes = [models.Index(fields=["creator", "sent_at"], name="wallets_gift_of_creator")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__range=(1, LARGEST_QUANTITY), coins__gt=0, diamonds__gte=0),
                name="gift_amounts",
            ),
        ]
        triggers = [pgtrigger.Protect(name="gift_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.gift_type}"

    def creator_url(self) -> str:
        """The creator's page; nothing once they have none."""
        creator = self.creator
        open_page = creator.is_creator and creator.is_active and creator.handle
        return reverse("wallets:creator", args=[creator.handle]) if open_page else ""

    @property
    def level(self) -> int:
        """The sender's, as a list that reads `gifted` knows it; 0 for who shows no name."""
        return 0 if self.anonymous else level_of(getattr(self, "gifted", None) or 0)

    @property
    def undoable_until(self) -> dt.datetime:
        return self.sent_at + UNDO_WINDOW

    @property
    def sender(self) -> str:
        """The viewer's name for everybody's eyes, the creator's too: never their email address."""
        if self.anonymous:
            return ANONYMOUS
        return public_name(self.viewer)


class GiftReversal(models.Model):
    """What one ledger entry took back of a gift: `coins` that returned to the viewer, `diamonds` (hundredths)
    that left the creator. Negative diamonds came back to the creator, when a dispute was won or a refund
    failed. Its id is that entry's."""

    class Cause(models.TextChoices):
        UNDO = "undo", "Undone by the viewer"
        DISPUTE = "dispute", "Its coins were disputed"
        REFUND = "refund", "Its coins were refunded"

    id = models.UUIDField(primary_key=True, editable=False)
    gift = models.ForeignKey(Gift, on_delete=models.DO_NOTHING, db_constraint=False, related_name="reversals")
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    cause = models.CharField(max_length=10, choices=Cause)
    coins = models.BigIntegerField()
    diamonds = models.BigIntegerField()
    at = models.DateTimeField()
    written_in = TransactionIdField()

    class Meta:
        indexes = [models.Index(fields=["creator", "at"], name="gift_reversal_of_creator")]
        constraints = [
            models.CheckConstraint(
                condition=Q(coins__gte=0) & (Q(diamonds__gte=0) | ~Q(cause="undo")),
                name="gift_reversal_amounts",
            ),
            models.UniqueConstraint(fields=["gift"], condition=Q(cause="undo"), name="gift_undone_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="gift_reversal_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}: {self.coins} coins, {self.diamonds} diamonds"

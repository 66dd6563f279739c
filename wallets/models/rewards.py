from django.conf import settings
from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from wallets.challenge_states import ClaimState
from wallets.models.challenges import REASON_LENGTH, Joining


class Claim(models.Model):
    """A viewer's claim to the reward of a campaign, for the `number`th time. `coins` were set aside in the
    campaign's budget when it was made. Where it is approved, `entry` paid them, `cost` (US cents) is what
    they may pay out to creators, and what is not spent of them at `expires_at` goes back by `expiry_entry`
    (`expired` coins; nothing where all were spent)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    joining = models.ForeignKey(Joining, on_delete=models.PROTECT, related_name="claims")
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=120)
    coins = models.BigIntegerField()
    evidence = models.JSONField(default=dict, help_text="What the claim was based on when it was made.")
    state = models.CharField(max_length=10, choices=ClaimState, default=ClaimState.WAITING)
    claimed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=REASON_LENGTH, blank=True, default="")
    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    cost = models.BigIntegerField(null=True)
    expires_at = models.DateTimeField(null=True)
    expired_at = models.DateTimeField(null=True)
    expired = models.BigIntegerField(null=True)
    expiry_entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "challenge claim"
        permissions = [("review_claim", "Can approve and reject claims")]
        constraints = [
            models.UniqueConstraint(fields=["joining", "number"], name="claim_once"),
            models.UniqueConstraint(fields=["joining", "key"], name="claim_key_once"),
            models.CheckConstraint(
                condition=Q(
                    state=ClaimState.APPROVED,
                    entry__isnull=False,
                    cost__isnull=False,
                    expires_at__isnull=False,
                    decided_at__isnull=False,
                )
                | Q(state=ClaimState.WAITING, entry__isnull=True, decided_at__isnull=True)
                | (
                    Q(state=ClaimState.REJECTED, entry__isnull=True, decided_at__isnull=False) & ~Q(reason="")
                ),
                name="claim_paid_with_entry",
            ),
            models.CheckConstraint(
                condition=Q(expired_at__isnull=True, expired__isnull=True, expiry_entry__isnull=True)
                | Q(expired_at__isnull=False, expired=0, expiry_entry__isnull=True)
                | Q(expired_at__isnull=False, expired__range=(1, F("coins")), expiry_entry__isnull=False),
                name="claim_expired_with_entry",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="claim_by_state"),
            models.Index(
                fields=["expires_at"],
                condition=Q(state=ClaimState.APPROVED, expired_at__isnull=True),
                name="claim_to_expire",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coins:,} coins for {self.joining}"


class RewardNotice(models.Model):
    """That a viewer was told of reward coins of theirs, once; nobody is told of none."""

    class Kind(models.TextChoices):
        EXPIRING = "expiring", "Coins will expire"
        EXPIRED = "expired", "Coins have expired"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    coins = models.BigIntegerField(help_text="Unspent when it was written.")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "kind"], name="reward_notice_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.coins:,}"

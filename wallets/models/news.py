from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from wallets.models.disputes import Dispute
from wallets.models.refunds import CoinRefund


class ClaimNews(models.Model):
    """A refund or a dispute became `state`, and its viewer is to be told by mail."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    refund = models.ForeignKey(CoinRefund, on_delete=models.PROTECT, null=True, related_name="news")
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, null=True, related_name="news")
    state = models.CharField(max_length=10)
    at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "claim news"
        constraints = [
            models.CheckConstraint(
                condition=Q(refund__isnull=True) ^ Q(dispute__isnull=True), name="claim_news_of_one_claim"
            ),
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(mailed_at__isnull=True), name="claim_news_unmailed"),
        ]

    def __str__(self) -> str:
        return f"{self.refund or self.dispute}: {self.state}"

"""What creators gave back and what they owe."""

import uuid

from django.db.models import Prefetch, QuerySet, Sum

from payouts.models import Clawback, ClawbackRepayment, PayoutRequest


def debtors() -> list[uuid.UUID]:
    rows = Clawback.objects.filter(owed__gt=0).order_by("creator_id")
    return list(rows.values_list("creator_id", flat=True).distinct())


def clawbacks_of(creator_id: uuid.UUID) -> QuerySet[Clawback]:
    """Newest first, each with what was repaid of it."""
    repayments = Prefetch("repayments", ClawbackRepayment.objects.order_by("id"))
    rows = Clawback.objects.filter(creator_id=creator_id).select_related("payout")
    return rows.prefetch_related(repayments)


def clawbacks_of_payout(payout: PayoutRequest) -> QuerySet[Clawback]:
    """Oldest first."""
    return payout.clawbacks.order_by("id")


def left_to_claim(payout: PayoutRequest) -> int:
    """Diamonds (hundredths) of a paid payout that have not been clawed back."""
    claimed = payout.clawbacks.filter(withdrawn_at__isnull=True).aggregate(sum=Sum("diamonds"))["sum"]
    return payout.diamonds - (claimed or 0)

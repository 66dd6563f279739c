"""What each stream of income brought, day by day."""

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from partnerships.income_streams import IncomeState, Stream


class IncomeDay(models.Model):
    """The sum of a stream's rows that count for one UTC day, in one currency and state, in its smallest part
    (below zero where more was taken back than earned). Kept by `operations.income.refresh`, proven by
    `audit_books`; no row of its own means nothing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="income_days"
    )
    stream = models.CharField(max_length=12, choices=Stream)
    date = models.DateField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=IncomeState)
    amount = models.BigIntegerField()
    rows = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creator", "date", "stream", "currency", "state"], name="income_day_once"
            ),
            models.CheckConstraint(condition=models.Q(rows__gt=0), name="income_day_of_rows"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} on {self.date} of {self.creator_id}"

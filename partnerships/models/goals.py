"""What creators want a month to bring."""

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from partnerships.income_streams import Stream


class IncomeGoal(models.Model):
    """What a stream should bring each month from `first` (the first day of a month) on, until a later goal of
    the stream takes over; 0 ends it. `amount` in the smallest part of `currency`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="income_goals"
    )
    stream = models.CharField(max_length=12, choices=Stream)
    first = models.DateField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creator", "stream", "first"], name="income_goal_once_a_month"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="income_goal_not_negative"),
            models.CheckConstraint(condition=models.Q(first__day=1), name="income_goal_of_whole_months"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} from {self.first}: {self.amount} {self.currency}"

"""What was claimed back of a creator, and what is still owed of it."""

from rest_framework import generics, serializers

from payouts.models import Clawback, ClawbackRepayment
from payouts.queries.clawbacks import clawbacks_of
from payouts.serializers import DiamondsField


class RepaymentSerializer(serializers.ModelSerializer):
    diamonds = DiamondsField()

    class Meta:
        model = ClawbackRepayment
        fields = ("diamonds", "at")


class ClawbackSerializer(serializers.ModelSerializer):
    """Of `diamonds`, `taken` were there at once and `owed` are still to come; what becomes available next
    repays them by itself. One that was withdrawn owes nothing."""

    diamonds = DiamondsField()
    taken = DiamondsField()
    owed = DiamondsField()
    repayments = RepaymentSerializer(many=True)

    class Meta:
        model = Clawback
        fields = (
            "id", "cause", "payout", "diamonds", "taken", "owed", "reason", "claimed_at", "repayments",
            "withdrawn_at", "withdrawal_reason",
        )  # fmt: skip


class Clawbacks(generics.ListAPIView):
    """What was claimed back of you, newest first: a payment was taken back, or a payout was made in error."""

    scope = "payouts"
    serializer_class = ClawbackSerializer

    def get_queryset(self):
        return clawbacks_of(self.request.user.pk)

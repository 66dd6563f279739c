from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.idempotency import IDEMPOTENCY_KEY, idempotency_key
from ledger.inputs import StrictSerializer
from ledger.operations import IdempotencyConflict
from wallets.models import CoinTip
from wallets.operations.refusals import UnableToSend
from wallets.operations.tips import send_tip
from wallets.queries.creators import person_called
from wallets.queries.tips import tips_of


class TipSerializer(serializers.ModelSerializer):
    sender = serializers.CharField(source="sender_name")
    recipient = serializers.CharField(source="recipient_name")
    coins = serializers.CharField()

    class Meta:
        model = CoinTip
        fields = ["id", "sender", "recipient", "coins", "sent_at"]


class NewTipSerializer(StrictSerializer):
    """How many is for the operation to judge."""

    recipient = serializers.CharField(help_text="Their handle.")
    coins = serializers.IntegerField()


class TipsView(generics.ListAPIView):
    """The tips you sent and received, newest first."""

    scope = "gifts"
    serializer_class = TipSerializer
    queryset = CoinTip.objects.none()
    problems = {UnableToSend: (422, "refused"), IdempotencyConflict: (409, "idempotency_conflict")}

    def get_queryset(self):
        return tips_of(self.request.user)

    @extend_schema(request=NewTipSerializer, responses={201: TipSerializer}, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request) -> Response:
        """Send a tip. The same key and tip return the first again. Tips have a limit, each and all of any 24
        hours. 409: the key was used for another tip; 422: a rule refuses it."""
        wish = NewTipSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        recipient = person_called(wish.validated_data["recipient"].lower())
        if recipient is None:
            raise serializers.ValidationError({"recipient": ["Nobody here has this handle."]})
        tipped = send_tip(
            sender=request.user,
            recipient=recipient,
            coins=wish.validated_data["coins"],
            key=idempotency_key(request),
            at=timezone.now(),
        )
        return Response(TipSerializer(tipped.tip).data, status=201)

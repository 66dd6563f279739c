from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from ledger.idempotency import IDEMPOTENCY_KEY, idempotency_key
from ledger.inputs import StrictSerializer
from ledger.shapes import MoneyField, MoneySerializer
from wallets.models import CoinPurchase, CoinRefund
from wallets.operations import refunds
from wallets.queries.purchases import purchase_of
from wallets.queries.refunds import refund_quote, refunds_of


class CoinRefundSerializer(serializers.ModelSerializer):
    coins = serializers.CharField(read_only=True)
    money = MoneyField(amount="amount")

    class Meta:
        model = CoinRefund
        fields = [
            "id", "purchase", "coins", "money", "state", "origin", "reason", "requested_at", "decided_at",
            "closed_at",
        ]  # fmt: skip
        read_only_fields = fields


class RefundQuoteSerializer(serializers.Serializer):
    """`coins` would leave the wallet, `bonus_coins` of them unpaid; `refused` says why it can't be now."""

    coins = serializers.CharField()
    bonus_coins = serializers.CharField(source="bonus")
    money = MoneySerializer()
    ends_at = serializers.DateTimeField(allow_null=True)
    refused = serializers.CharField(allow_blank=True)


class NewRefundSerializer(StrictSerializer):
    amount = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="What the quote said, in the smallest part of the currency; refused if it is another now.",
    )


class NewestFirst(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = "-id"


class _RefundsView(generics.GenericAPIView):
    scope = "wallet"
    queryset = CoinRefund.objects.none()
    serializer_class = CoinRefundSerializer
    pagination_class = NewestFirst
    problems = {
        error: (409 if error in (refunds.UnderWay, refunds.QuoteChanged) else 422, error.code)
        for error in (
            refunds.NothingPaid,
            refunds.TooLate,
            refunds.NothingLeft,
            refunds.UnderWay,
            refunds.Disputed,
            refunds.WalletFrozen,
            refunds.QuoteChanged,
        )
    }

    def purchase(self) -> CoinPurchase:
        purchase = purchase_of(self.request.user, self.kwargs["pk"])
        if purchase is None:
            raise NotFound
        return purchase


class CoinRefundsView(generics.ListAPIView, _RefundsView):
    """The refunds of one of the reader's purchases, newest first."""

    def get_queryset(self):
        return refunds_of(self.request.user).filter(purchase=self.purchase())

    @extend_schema(
        request=NewRefundSerializer, responses={201: CoinRefundSerializer}, parameters=[IDEMPOTENCY_KEY]
    )
    def post(self, request: Request, pk) -> Response:
        """Give the unspent coins of this purchase back. They leave the wallet at once, and come back if the
        refund is not approved or fails. The same key returns the first refund."""
        wish = NewRefundSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        refund = refunds.request_refund(
            purchase_id=self.purchase().pk,
            viewer=request.user,
            key=idempotency_key(request),
            at=timezone.now(),
            accepted_amount=wish.validated_data.get("amount"),
        )
        return Response(self.get_serializer(refund).data, status=201)


class RefundQuoteView(_RefundsView):
    @extend_schema(responses=RefundQuoteSerializer)
    def get(self, request: Request, pk) -> Response:
        """What a refund of this purchase would give back now."""
        quote = refund_quote(self.purchase())
        facts = {
            "coins": quote.coins,
            "bonus": quote.bonus,
            "money": {"amount": quote.amount, "currency": quote.purchase.currency},
            "ends_at": quote.ends_at,
            "refused": str(refunds.refusal(quote, timezone.now()) or ""),
        }
        return Response(RefundQuoteSerializer(facts).data)

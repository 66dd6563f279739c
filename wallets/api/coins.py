import uuid

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from ledger.chart import VIEWER_COINS
from ledger.files import PdfRenderer
from ledger.idempotency import IDEMPOTENCY_KEY, idempotency_key
from ledger.inputs import StrictSerializer
from ledger.queries import NoRate, balance
from ledger.shapes import MoneyField
from wallets.ages import AgeRefused
from wallets.models import CoinPackage, CoinPurchase, Promotion
from wallets.operations.purchases import (
    CheckoutRefused,
    CheckoutUnknown,
    KeyReused,
    UnableToBuy,
    start_purchase,
)
from wallets.queries.freezes import freezes_in_force
from wallets.queries.offers import offers_of
from wallets.queries.packages import packages_for, region_of
from wallets.queries.purchases import purchases_of
from wallets.queries.rewards import rewards_of
from wallets.receipts import receipt_pdf
from wallets.states import PurchaseState
from wallets.velocity import LimitReached


class RewardSerializer(serializers.Serializer):
    """Coins of a challenge's reward that are unspent, and until when they are."""

    challenge = serializers.CharField(source="claim.joining.campaign.slug")
    coins = serializers.CharField(source="unspent")
    expires_at = serializers.DateTimeField(source="claim.expires_at")


class WalletSerializer(serializers.Serializer):
    coins = serializers.CharField(help_text="All of them, reward coins too.")
    rewards = RewardSerializer(many=True)
    frozen = serializers.BooleanField(help_text="Nothing can go out, and no coins can be bought.")
    region = serializers.CharField()


class PromotionSerializer(serializers.ModelSerializer):
    """`left` is how many purchases can still have it, null for as many as come."""

    ends_at = serializers.DateTimeField(source="last_moment", allow_null=True)
    left = serializers.IntegerField(allow_null=True)

    class Meta:
        model = Promotion
        fields = ["name", "first_purchase_only", "starts_at", "ends_at", "left"]


class OfferSerializer(serializers.Serializer):
    """`coins` is all that one receives, `bonus_coins` among them, for `price`. `list_price` is the price
    without the promotion where that takes something off, `lowest_price` the lowest for everybody in the 30
    days before it began, and `percent_off` the reduction against that."""

    id = serializers.UUIDField(source="package.pk")
    coins = serializers.CharField()
    bonus_coins = serializers.CharField()
    price = MoneyField()
    list_price = MoneyField(allow_null=True)
    lowest_price = MoneyField(allow_null=True)
    percent_off = serializers.IntegerField()
    promotion = PromotionSerializer(allow_null=True)
    available_from = serializers.DateTimeField(source="package.available_from")
    available_until = serializers.DateTimeField(source="package.available_until", allow_null=True)


class CoinPurchaseSerializer(serializers.ModelSerializer):
    coins = serializers.CharField(read_only=True)
    bonus_coins = serializers.CharField(read_only=True)
    price = MoneyField()
    list_price = MoneyField(allow_null=True)
    promotion = serializers.CharField(source="promotion.name", read_only=True, default=None, allow_null=True)
    checkout_url = serializers.CharField(
        read_only=True, help_text="Where the buyer pays; empty before and after."
    )

    class Meta:
        model = CoinPurchase
        fields = [
            "id", "reference", "package", "coins", "bonus_coins", "price", "list_price", "promotion", "state",
            "reason", "checkout_url", "created_at", "closed_at",
        ]  # fmt: skip
        read_only_fields = fields


class ExpectedSerializer(StrictSerializer):
    """What the buyer was shown: all coins, and the price in the smallest part of its currency."""

    coins = serializers.IntegerField()
    price = serializers.IntegerField()


class NewCoinPurchaseSerializer(StrictSerializer):
    """Either a package or a number of coins. With `expected`, a purchase that would be another is refused."""

    package = serializers.UUIDField(required=False, help_text="One of `coin-packages`.")
    coins = serializers.IntegerField(
        required=False, help_text="A number of one's own, at the rate of the largest package not above it."
    )
    expected = ExpectedSerializer(required=False)

    def validate(self, wish: dict) -> dict:
        if ("package" in wish) == ("coins" in wish):
            raise serializers.ValidationError({"package": ["Name a package, or a number of coins."]})
        return wish


class WalletView(APIView):
    scope = "wallet"

    @extend_schema(responses=WalletSerializer)
    def get(self, request: Request) -> Response:
        """What the wallet holds, the next reward coins to expire, and the price list it buys from."""
        facts = {
            "coins": balance(VIEWER_COINS.of(request.user.pk)),
            "rewards": rewards_of(request.user),
            "frozen": freezes_in_force(request.user.pk).exists(),
            "region": region_of(str(request.user.country)),
        }
        return Response(WalletSerializer(facts).data)


class SmallestFirst(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = "coins"


class CoinPackagesView(generics.ListAPIView):
    """What can be bought now in the reader's country, at the best price that they can have."""

    scope = "wallet"
    serializer_class = OfferSerializer
    pagination_class = SmallestFirst
    queryset = CoinPackage.objects.none()

    def list(self, request: Request) -> Response:
        now = timezone.now()
        page = self.paginate_queryset(packages_for(str(request.user.country), now))
        offers = self.get_serializer(offers_of(request.user, page, now), many=True)
        return self.get_paginated_response(offers.data)


class PurchasesAskedSerializer(serializers.Serializer):
    state = serializers.ChoiceField(PurchaseState.choices, required=False, help_text="In this state alone.")


class _PurchaseView(generics.GenericAPIView):
    scope = "wallet"
    serializer_class = CoinPurchaseSerializer
    queryset = CoinPurchase.objects.none()

    def get_queryset(self):
        return purchases_of(self.request.user).select_related("promotion")


class CoinPurchasesView(generics.ListAPIView, _PurchaseView):
    problems = {
        UnableToBuy: (422, "refused"),
        AgeRefused: (422, "age_refused"),
        LimitReached: (422, "limit_reached"),
        NoRate: (422, "no_rate"),
        KeyReused: (409, "idempotency_conflict"),
        CheckoutRefused: (422, "checkout_refused"),
        CheckoutUnknown: (503, "provider_unreachable"),
    }

    def get_queryset(self):
        told = PurchasesAskedSerializer(data=self.request.query_params)
        told.is_valid(raise_exception=True)
        return purchases_of(self.request.user, **told.validated_data).select_related("promotion")

    @extend_schema(parameters=[PurchasesAskedSerializer])
    def get(self, request: Request) -> Response:
        """The reader's purchases, newest first."""
        return self.list(request)

    @extend_schema(
        request=NewCoinPurchaseSerializer,
        responses={201: CoinPurchaseSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request) -> Response:
        """Start a purchase; the buyer pays at its `checkout_url`. 422: a rule refuses it
        (`package_unavailable`, `amount_outside_limits`, `offer_changed`, `country_unknown`,
        `birth_date_unknown`, `too_young`, `limit_reached`, `cooling_off`, `wallet_frozen`). 503 says
        that the payment provider gave no answer: repeat with the same key. A purchase that the provider
        refused (`checkout_refused`) is listed as failed; the same key begins another."""
        wish = NewCoinPurchaseSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        facts = wish.validated_data
        expected = facts.get("expected")
        purchase = start_purchase(
            viewer=request.user,
            package_id=facts.get("package"),
            coins=facts.get("coins"),
            shown=expected and (expected["coins"], expected["price"]),
            key=idempotency_key(request),
            at=timezone.now(),
        )
        return Response(self.get_serializer(purchase).data, status=201)


class CoinPurchaseView(generics.RetrieveAPIView, _PurchaseView):
    """One purchase and how it stands."""


class CoinReceiptView(_PurchaseView):
    renderer_classes = (JSONRenderer, PdfRenderer)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        """The receipt of a purchase that was paid, as PDF."""
        paid = generics.get_object_or_404(self.get_queryset(), pk=pk, entry__isnull=False)
        return HttpResponse(receipt_pdf(paid), content_type="application/pdf")

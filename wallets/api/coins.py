from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from wallets.api.keys import IDEMPOTENCY_KEY, idempotency_key
from wallets.models import CoinPackage, CoinPurchase
from wallets.operations.purchases import (
    CheckoutRefused,
    CheckoutUnknown,
    KeyReused,
    PackageUnavailable,
    start_purchase,
)
from wallets.queries.packages import packages_for, region_of
from wallets.queries.purchases import purchases_of


class MoneySerializer(serializers.Serializer):
    """`amount` counts the smallest part of `currency`."""

    amount = serializers.IntegerField(source="price")
    currency = serializers.CharField()


class WalletSerializer(serializers.Serializer):
    coins = serializers.CharField()
    region = serializers.CharField()


class CoinPackageSerializer(serializers.ModelSerializer):
    coins = serializers.CharField()
    price = MoneySerializer(source="*")

    class Meta:
        model = CoinPackage
        fields = ["id", "coins", "price", "available_from", "available_until"]


class CoinPurchaseSerializer(serializers.ModelSerializer):
    coins = serializers.CharField(read_only=True)
    price = MoneySerializer(source="*", read_only=True)

    class Meta:
        model = CoinPurchase
        fields = [
            "id",
            "package",
            "coins",
            "price",
            "state",
            "reason",
            "checkout_url",
            "created_at",
            "closed_at",
        ]
        read_only_fields = fields


class NewCoinPurchaseSerializer(serializers.Serializer):
    package = serializers.UUIDField(help_text="One of `coin-packages`.")


class WalletView(APIView):
    scope = "wallet"

    @extend_schema(responses=WalletSerializer)
    def get(self, request: Request) -> Response:
        """What the wallet holds, and the price list it buys from."""
        facts = {
            "coins": balance(VIEWER_COINS.of(request.user.pk)),
            "region": region_of(str(request.user.country)),
        }
        return Response(WalletSerializer(facts).data)


class SmallestFirst(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = "coins"


class CoinPackagesView(generics.ListAPIView):
    """What can be bought now in the reader's country."""

    scope = "wallet"
    serializer_class = CoinPackageSerializer
    pagination_class = SmallestFirst
    queryset = CoinPackage.objects.none()

    def get_queryset(self):
        return packages_for(str(self.request.user.country), timezone.now())


class _PurchaseView(generics.GenericAPIView):
    scope = "wallet"
    serializer_class = CoinPurchaseSerializer
    queryset = CoinPurchase.objects.none()
    problems = {
        PackageUnavailable: (422, "package_unavailable"),
        KeyReused: (409, "idempotency_conflict"),
        CheckoutRefused: (422, "checkout_refused"),
        CheckoutUnknown: (503, "provider_unreachable"),
    }

    def get_queryset(self):
        return purchases_of(self.request.user)


class CoinPurchasesView(generics.ListAPIView, _PurchaseView):
    """The reader's purchases, newest first."""

    @extend_schema(
        request=NewCoinPurchaseSerializer,
        responses={201: CoinPurchaseSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request) -> Response:
        """Start a purchase; the buyer pays at its `checkout_url`. 503 says that the payment provider gave no
        answer: repeat with the same key."""
        wish = NewCoinPurchaseSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        purchase = start_purchase(
            viewer=request.user,
            package_id=wish.validated_data["package"],
            key=idempotency_key(request),
            at=timezone.now(),
        )
        return Response(self.get_serializer(purchase).data, status=201)


class CoinPurchaseView(generics.RetrieveAPIView, _PurchaseView):
    """One purchase and how it stands."""

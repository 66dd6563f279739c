"""What shops sold, what a piece of it costs, and shops that rest."""

import uuid
from collections.abc import Callable

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from ledger.creators import CREATORS_ONLY
from ledger.inputs import StrictSerializer
from ledger.shapes import MoneyField, MoneySerializer
from partnerships.api.merch import StoreSerializer
from partnerships.models import ItemCost, MerchEarning, Store
from partnerships.operations import stores
from partnerships.operations.item_costs import ImpossibleCost, set_cost
from partnerships.queries.merch import all_stores_of, costs_of, products_of, stores_of


class ProductSerializer(serializers.Serializer):
    """`cost` is what a piece costs you today, `since` from which day on; null where you never said."""

    store = serializers.UUIDField(source="store_id")
    product = serializers.CharField(source="product_id")
    name = serializers.CharField()
    pieces = serializers.IntegerField(help_text="That were ever shipped.")
    last_shipped = serializers.DateField()
    cost = serializers.SerializerMethodField()
    since = serializers.DateField(allow_null=True)

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_cost(self, product: dict) -> dict | None:
        if product["cost"] is None:
            return None
        return {"amount": product["cost"], "currency": product["store__currency"]}


class CostSerializer(serializers.ModelSerializer):
    product = serializers.CharField(source="product_id")
    cost = MoneyField(currency="store.currency")

    class Meta:
        model = ItemCost
        fields = ("product", "cost", "effective_date", "set_at")


class NewCostSerializer(StrictSerializer):
    """Of a product of the context's `store`."""

    product = serializers.CharField(max_length=64, help_text="As `merch-products` calls it.")
    cost = MoneySerializer(help_text="Of one piece, in the shop's currency.")
    effective_date = serializers.DateField(help_text="A UTC day; the next cost ends this one.")


class CostsAskedSerializer(serializers.Serializer):
    product = serializers.CharField(max_length=64, help_text="As `merch-products` calls it.")


class ByName(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = ("name", "product_id", "store_id")


class NewestFirst(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = ("-effective_date",)


class ProductsView(generics.ListAPIView):
    """What your shops ever shipped, by name."""

    scope = "merch"
    permission_classes = CREATORS_ONLY
    serializer_class = ProductSerializer
    pagination_class = ByName
    queryset = MerchEarning.objects.none()

    def get_queryset(self):
        return products_of(self.request.user.pk, timezone.now().date())


class CostsView(generics.ListAPIView):
    scope = "merch"
    permission_classes = CREATORS_ONLY
    serializer_class = CostSerializer
    pagination_class = NewestFirst
    queryset = ItemCost.objects.none()
    problems = {stores.UnknownStore: (404, "not_found"), ImpossibleCost: (422, "impossible_cost")}

    def store(self) -> Store:
        return generics.get_object_or_404(all_stores_of(self.request.user.pk), pk=self.kwargs["pk"])

    def get_queryset(self):
        asked = CostsAskedSerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        return costs_of(self.store().pk, asked.validated_data["product"]).select_related("store")

    @extend_schema(parameters=[CostsAskedSerializer])
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """What a piece of one product costs you, now and before."""
        return self.list(request)

    @extend_schema(request=NewCostSerializer, responses=CostSerializer)
    def put(self, request: Request, pk: uuid.UUID) -> Response:
        """Say what a piece of a product costs you from a day on. What was shipped before keeps its cost;
        orders it concerns are counted anew within seconds."""
        store = self.store()
        wish = NewCostSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        told, now = wish.validated_data, timezone.now()
        if told["cost"]["currency"] != store.currency:
            raise serializers.ValidationError({"cost": [f"This shop is in {store.currency}."]})
        sold = products_of(request.user.pk, now.date()).filter(store_id=store.pk)
        if not sold.filter(product_id=told["product"]).exists():
            raise serializers.ValidationError({"product": ["This shop never shipped such a product."]})
        kept = set_cost(
            creator=request.user,
            store_id=store.pk,
            product_id=told["product"],
            cost=told["cost"]["amount"],
            effective_date=told["effective_date"],
            at=now,
        )
        return Response(CostSerializer(kept).data)


class _MoveStoreView(APIView):
    scope = "merch"
    permission_classes = CREATORS_ONLY
    problems = {stores.UnknownStore: (404, "not_found")}

    def moved(self, pk: uuid.UUID, move: Callable) -> Response:
        move(creator=self.request.user, store_id=pk)
        return Response(StoreSerializer(stores_of(self.request.user.pk).get(pk=pk)).data)


class PauseStoreView(_MoveStoreView):
    @extend_schema(request=None, responses=StoreSerializer)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Let a shop rest: what it sends is kept, and waits. May be repeated."""
        return self.moved(pk, stores.pause_store)


class ResumeStoreView(_MoveStoreView):
    @extend_schema(request=None, responses=StoreSerializer)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Let a shop go on: what waited is counted. May be repeated."""
        return self.moved(pk, stores.resume_store)

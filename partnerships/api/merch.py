"""Merch orders over the API, to be read: stores tell of them themselves."""

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.creators import CREATORS_ONLY
from ledger.inputs import PeriodSerializer
from ledger.shapes import MoneyField
from partnerships.merch_states import OrderState
from partnerships.models import MerchEarning, MerchOrder, OrderLine, OrderRefund, Store
from partnerships.queries.merch import OrderFilter, Period, orders_of


class StoreSerializer(serializers.ModelSerializer):
    """Fees are `fee_fixed` an order, and `fee_per_mille` of what the buyer paid."""

    address = serializers.SerializerMethodField(help_text="Where the shop sends what happens in it.")
    fee_fixed = MoneyField()
    waiting = serializers.IntegerField(help_text="Deliveries that are not handled yet.")
    failed = serializers.IntegerField(help_text="Deliveries that could not be understood.")

    class Meta:
        model = Store
        fields = (
            "id", "platform", "name", "currency", "domain", "address", "fee_fixed", "fee_per_mille", "state",
            "connected_at", "last_delivery_at", "waiting", "failed",
        )  # fmt: skip

    def get_address(self, store: Store) -> str:
        return settings.SITE_URL + reverse("partnerships:store_hook", args=[store.pk])


class OrderLineSerializer(serializers.ModelSerializer):
    """`net` is what it brings once all of it is shipped, `cost` what a piece costs; null if not known."""

    unit_price = MoneyField(currency="order.currency")
    discount = MoneyField(currency="order.currency")
    tax = MoneyField(currency="order.currency")
    net = MoneyField(currency="order.currency")
    cost = MoneyField(currency="order.currency", allow_null=True)

    class Meta:
        model = OrderLine
        fields = (
            "product_id", "variant_id", "sku", "title", "variant", "quantity", "shipped", "unit_price",
            "discount", "tax", "net", "cost",
        )  # fmt: skip


class OrderRefundSerializer(serializers.ModelSerializer):
    amount = MoneyField(currency="order.currency")
    goods = MoneyField(currency="order.currency", help_text="Of `amount`, what is for its lines.")

    class Meta:
        model = OrderRefund
        fields = ("external_id", "refunded_at", "amount", "goods", "restocked")


class MerchEarningSerializer(serializers.ModelSerializer):
    """What a shipment earned, a refund took back, or fees cost: `amount` is `sales` less the rest."""

    sales = MoneyField()
    refunds = MoneyField()
    costs = MoneyField()
    fees = MoneyField()
    amount = MoneyField()

    class Meta:
        model = MerchEarning
        fields = (
            "date", "kind", "product_id", "title", "quantity", "sales", "refunds", "costs", "fees", "amount"
        )  # fmt: skip


class MerchOrderSerializer(serializers.ModelSerializer):
    """`total` is what the buyer paid, `tax`, `shipping` and `discount` parts of it. Only what was shipped is
    `earned`. `contradiction` is empty, or says where the order's words don't fit its movements."""

    total = MoneyField()
    tax = MoneyField()
    shipping = MoneyField()
    discount = MoneyField()
    refunded = MoneyField()
    fees = MoneyField()
    earned = MoneyField()
    lines = OrderLineSerializer(many=True, required=False)

    class Meta:
        model = MerchOrder
        fields = (
            "id", "store", "external_id", "number", "state", "placed_at", "heard_at", "total", "tax",
            "shipping", "discount", "refunded", "fees", "earned", "contradiction", "lines",
        )  # fmt: skip

    def get_fields(self) -> dict:
        fields = super().get_fields()
        if "lines" not in self.context.get("expand", {"lines"}):
            del fields["lines"]
        return fields


class MerchOrderDetailSerializer(MerchOrderSerializer):
    refunds = OrderRefundSerializer(many=True)
    earnings = MerchEarningSerializer(many=True)

    class Meta(MerchOrderSerializer.Meta):
        fields = (*MerchOrderSerializer.Meta.fields, "refunds", "earnings")


class OrdersAskedSerializer(PeriodSerializer):
    """Orders placed from one day to another."""

    state = serializers.ChoiceField(OrderState.choices, required=False)
    store = serializers.UUIDField(required=False)
    text = serializers.CharField(required=False, max_length=100, help_text="Order, product or SKU.")
    flagged = serializers.BooleanField(
        default=None, allow_null=True, help_text="Only those that contradict themselves."
    )
    expand = serializers.MultipleChoiceField(
        choices=["lines"], required=False, help_text="Put the lines into each order."
    )


class _OrderView(generics.GenericAPIView):
    scope = "merch"
    permission_classes = CREATORS_ONLY
    queryset = MerchOrder.objects.none()


class MerchOrdersView(generics.ListAPIView, _OrderView):
    serializer_class = MerchOrderSerializer

    expand: set[str]

    def get_queryset(self):
        told = OrdersAskedSerializer(data=self.request.query_params)
        told.is_valid(raise_exception=True)
        asked, self.expand = told.validated_data, told.validated_data["expand"]
        period = Period(asked.get("from"), asked.get("to"), asked.get("store"))
        wanted = OrderFilter(period, asked.get("state", ""), bool(asked["flagged"]), asked.get("text", ""))
        return orders_of(self.request.user.pk, wanted).prefetch_related(*self.expand)

    def get_serializer(self, *page, **options):
        serializer = super().get_serializer(*page, **options)
        if page:  # the schema tells of all fields
            serializer.context["expand"] = self.expand
        return serializer

    @extend_schema(parameters=[OrdersAskedSerializer])
    def get(self, request: Request) -> Response:
        """Orders of your shops, those that were told last in front."""
        return self.list(request)


class MerchOrderView(generics.RetrieveAPIView, _OrderView):
    """One order with its lines, refunds, and what each movement earned."""

    serializer_class = MerchOrderDetailSerializer

    def get_queryset(self):
        return orders_of(self.request.user.pk, OrderFilter())

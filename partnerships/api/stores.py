"""Connecting shops, changing and removing them, and what they sent."""

import uuid

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.creators import CREATORS_ONLY
from ledger.encryption import UnableToDecrypt
from ledger.idempotency import IDEMPOTENCY_KEY, id_for_key, idempotency_key
from ledger.inputs import StrictSerializer
from ledger.operations import IdempotencyConflict
from ledger.shapes import MoneySerializer
from ledger.units import is_currency, to_parts
from partnerships.api.merch import StoreSerializer
from partnerships.forms.merch import LARGEST_FEE
from partnerships.merch_states import DeliveryOutcome, Platform
from partnerships.models import RawDelivery, Store
from partnerships.operations import stores as operations
from partnerships.operations.store_deliveries import NotReplayable, replay
from partnerships.queries.merch import all_stores_of, deliveries_of, stores_of


class StoreWithSecretSerializer(StoreSerializer):
    """`secret` signs what the shop sends to `address`; empty where Shopify's key is still to be told."""

    class Meta(StoreSerializer.Meta):
        fields = (*StoreSerializer.Meta.fields, "secret")


class ChangedStoreSerializer(StrictSerializer):
    """What is left out stays as it is. Fees apply to orders that are first told of from now on."""

    name = serializers.CharField(max_length=60)
    domain = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=253,
        help_text="The shop's own address, such as `lumi.myshopify.com`. Empty: that of the first delivery. "
        "Those of other shops are refused.",
    )
    fee_fixed = MoneySerializer(required=False, help_text="Of an order, in the shop's currency.")
    fee_per_mille = serializers.IntegerField(
        default=0, min_value=0, max_value=1000, help_text="Of what the buyer pays."
    )

    def validate_domain(self, told: str) -> str:
        return operations.bare_domain(told)

    def validate(self, facts: dict) -> dict:
        currency = facts.get("currency") or self.context["store"].currency
        if fee := facts.pop("fee_fixed", None):
            if fee["currency"] != currency:
                raise serializers.ValidationError({"fee_fixed": [f"This shop is in {currency}."]})
            if not 0 <= fee["amount"] <= (most := to_parts(LARGEST_FEE, currency)):
                words = f"Write a whole number from 0 to {most}."
                raise serializers.ValidationError({"fee_fixed": {"amount": [words]}})
            facts["fee_fixed"] = fee["amount"]
        return facts


class NewStoreSerializer(ChangedStoreSerializer):
    """Only Shopify shows a key of its own, the `secret`; if you don't know it yet, tell it later."""

    platform = serializers.ChoiceField(Platform.choices)
    currency = serializers.CharField(
        min_length=3, max_length=3, help_text="ISO 4217. It stays: fees and costs are in it."
    )
    secret = serializers.CharField(default="", allow_blank=True, max_length=200)

    def validate_currency(self, told: str) -> str:
        if not is_currency(told):
            raise serializers.ValidationError("Not a currency of ISO 4217.")
        return told

    def validate(self, facts: dict) -> dict:
        if facts["secret"] and facts["platform"] != Platform.SHOPIFY:
            raise serializers.ValidationError({"secret": ["We make it; leave it out."]})
        return super().validate(facts)


class ShopifyKeySerializer(StrictSerializer):
    secret = serializers.CharField(max_length=200, help_text="The key that Shopify shows below its webhooks.")


class StoreDeliverySerializer(serializers.ModelSerializer):
    """`reason` says why one failed or was ignored, `order` what it told of."""

    class Meta:
        model = RawDelivery
        fields = ("id", "delivery_id", "topic", "received_at", "outcome", "reason", "handled_at", "order")


class StoreDeliveryDetailSerializer(StoreDeliverySerializer):
    """`headers` are those that say what it is. The body may name buyers."""

    headers = serializers.DictField(child=serializers.CharField(), read_only=True)
    body = serializers.SerializerMethodField(
        help_text="As it came, read as UTF-8; null where the site has lost the key that opens it."
    )

    class Meta(StoreDeliverySerializer.Meta):
        fields = (*StoreDeliverySerializer.Meta.fields, "headers", "body")

    def get_body(self, delivery: RawDelivery) -> str | None:
        try:
            return delivery.body.decode(errors="replace")
        except UnableToDecrypt:
            return None


class StoreDeliveriesAskedSerializer(serializers.Serializer):
    outcome = serializers.ChoiceField(DeliveryOutcome.choices, required=False)


class _StoreView(generics.GenericAPIView):
    scope = "merch"
    permission_classes = CREATORS_ONLY
    serializer_class = StoreSerializer
    queryset = Store.objects.none()
    problems = {
        operations.UnknownStore: (404, "not_found"),
        operations.TooManyStores: (422, "too_many_stores"),
        operations.WrongKey: (422, "wrong_key"),
        operations.MadeByShopify: (422, "made_by_shopify"),
        IdempotencyConflict: (409, "idempotency_conflict"),
    }

    def get_queryset(self):
        return stores_of(self.request.user.pk)

    def whose(self) -> dict:
        return {"creator": self.request.user, "store_id": self.kwargs["pk"]}


class StoresView(generics.ListAPIView, _StoreView):
    """Your shops, the last one connected in front."""

    replays_itself = True  # a secret is kept encrypted, and in no stored answer

    @extend_schema(
        request=NewStoreSerializer,
        responses={201: StoreWithSecretSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request) -> Response:
        """Connect a shop. Enter `address` and `secret` of the answer there; no other answer shows the secret.
        The same key and words return the first."""
        key = id_for_key(request)
        wish = NewStoreSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        operations.connect_with_secret(
            creator=request.user, key=key, at=timezone.now(), **wish.validated_data
        )
        return Response(StoreWithSecretSerializer(self.get_queryset().get(pk=key)).data, 201)


class StoreView(_StoreView):
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """One shop."""
        return Response(StoreSerializer(self.get_object()).data)

    @extend_schema(request=ChangedStoreSerializer)
    def patch(self, request: Request, pk: uuid.UUID) -> Response:
        """Change a shop's name, address or fees."""
        store = self.get_object()
        wish = ChangedStoreSerializer(data=request.data, partial=True, context={"store": store})
        wish.is_valid(raise_exception=True)
        names = ("name", "domain", "fee_fixed", "fee_per_mille")
        facts = {name: wish.validated_data.get(name, getattr(store, name)) for name in names}
        operations.save_store(**self.whose(), **facts)
        return Response(StoreSerializer(self.get_object()).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        """Remove a shop. Its address answers nobody any more; its orders and what they earned stay."""
        operations.remove_store(**self.whose())
        return Response(status=204)


class RotateStoreSecretView(_StoreView):
    replays_itself = True  # as above

    @extend_schema(request=None, responses={200: StoreWithSecretSerializer}, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Make a shop a new secret. No other answer shows it; what the one before signs is taken in for 24
        hours more. Shopify makes its key itself: tell it with `shopify-key/`."""
        operations.rotate_secret(**self.whose(), key=idempotency_key(request), at=timezone.now())
        return Response(StoreWithSecretSerializer(self.get_object()).data)


class ShopifyKeyView(_StoreView):
    @extend_schema(request=ShopifyKeySerializer, responses=StoreSerializer)
    def put(self, request: Request, pk: uuid.UUID) -> Response:
        """Tell the key with which Shopify signs. The one before is good for 24 hours more."""
        wish = ShopifyKeySerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        if self.get_object().platform != Platform.SHOPIFY:
            raise serializers.ValidationError({"secret": ["The secret of this shop is one of ours."]})
        operations.rotate_secret(**self.whose(), secret=wish.validated_data["secret"], at=timezone.now())
        return Response(StoreSerializer(self.get_object()).data)


class _DeliveryView(_StoreView):
    serializer_class = StoreDeliverySerializer
    queryset = RawDelivery.objects.none()
    problems = {NotReplayable: (422, NotReplayable.code)}

    def deliveries(self, outcome: str = ""):
        mine = all_stores_of(self.request.user.pk)
        return deliveries_of(generics.get_object_or_404(mine, pk=self.kwargs["pk"]).pk, outcome)


class StoreDeliveriesView(generics.ListAPIView, _DeliveryView):
    def get_queryset(self):
        asked = StoreDeliveriesAskedSerializer(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        return self.deliveries(asked.validated_data.get("outcome", ""))

    @extend_schema(parameters=[StoreDeliveriesAskedSerializer])
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """What a shop sent in the last 90 days, and what became of it."""
        return self.list(request)


class StoreDeliveryView(_DeliveryView):
    @extend_schema(responses=StoreDeliveryDetailSerializer)
    def get(self, request: Request, pk: uuid.UUID, delivery_id: uuid.UUID) -> Response:
        """One delivery, with what the shop sent."""
        found = generics.get_object_or_404(self.deliveries(), pk=delivery_id)
        return Response(StoreDeliveryDetailSerializer(found).data)


class ReplayStoreDeliveryView(_DeliveryView):
    @extend_schema(request=None, responses=StoreDeliverySerializer)
    def post(self, request: Request, pk: uuid.UUID, delivery_id: uuid.UUID) -> Response:
        """Play a delivery that failed again. The answer says what became of it."""
        found = generics.get_object_or_404(self.deliveries(), pk=delivery_id)
        played = replay(delivery_id=found.pk, actor=request.user, at=timezone.now())
        return Response(StoreDeliverySerializer(played).data)

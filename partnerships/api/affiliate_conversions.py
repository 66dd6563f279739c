"""Orders that affiliate links brought."""

from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from ledger.creators import CREATORS_ONLY
from ledger.inputs import PeriodSerializer
from ledger.shapes import MoneyField, MoneySerializer
from partnerships.affiliate_states import ConversionState
from partnerships.affiliate_words import steps_in_words
from partnerships.models import AffiliateConversion, AffiliateReversal
from partnerships.queries.affiliate import conversions_of


class AffiliateConversionSerializer(serializers.ModelSerializer):
    """`kept` is what is left of `commission` after `taken_back`. From `payable_at` on it may be paid out."""

    coupon = serializers.CharField(source="coupon.code", default=None, allow_null=True)
    amount = MoneyField()
    refunded = MoneyField()
    commission = MoneyField()
    taken_back = MoneyField(amount="reversed")
    kept = MoneyField()

    class Meta:
        model = AffiliateConversion
        fields = (
            "id", "programme", "link", "coupon", "order_id", "state", "amount", "refunded", "commission",
            "taken_back", "kept", "converted_at", "payable_at", "credited_at", "reason",
        )  # fmt: skip


class StepSerializer(serializers.Serializer):
    words = serializers.CharField()
    amount = MoneySerializer(help_text="Of the order, what these words are about.")


class AffiliateReversalSerializer(serializers.ModelSerializer):
    refunded = MoneyField(currency="conversion.currency")
    commission = MoneyField(currency="conversion.currency", help_text="What was taken back of it.")

    class Meta:
        model = AffiliateReversal
        fields = ("cause", "at", "refunded", "commission")


class AffiliateConversionDetailSerializer(AffiliateConversionSerializer):
    steps = serializers.SerializerMethodField(help_text="How the commission was reckoned.")
    reversals = AffiliateReversalSerializer(many=True)

    class Meta(AffiliateConversionSerializer.Meta):
        fields = (*AffiliateConversionSerializer.Meta.fields, "steps", "reversals")

    def get_steps(self, conversion: AffiliateConversion) -> StepSerializer(many=True):
        return [
            {"words": step["words"], "amount": {"amount": step["amount"], "currency": conversion.currency}}
            for step in steps_in_words(conversion.reckoning, conversion.currency)
        ]


class ConversionsAskedSerializer(PeriodSerializer):
    """Orders from one day to another."""

    state = serializers.ChoiceField(ConversionState.choices, required=False)
    programme = serializers.UUIDField(required=False)
    link = serializers.UUIDField(required=False)


LOOKUPS = {
    "from": "converted_at__date__gte",
    "to": "converted_at__date__lte",
    "state": "state",
    "programme": "programme_id",
    "link": "link_id",
}


class NewestOrderFirst(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = ("-converted_at", "-id")


class _ConversionView(generics.GenericAPIView):
    scope = "affiliate"
    permission_classes = CREATORS_ONLY
    queryset = AffiliateConversion.objects.none()

    def get_queryset(self):
        return conversions_of(self.request.user.pk)


class AffiliateConversionsView(generics.ListAPIView, _ConversionView):
    serializer_class = AffiliateConversionSerializer
    pagination_class = NewestOrderFirst

    def get_queryset(self):
        told = ConversionsAskedSerializer(data=self.request.query_params)
        told.is_valid(raise_exception=True)
        return (
            super()
            .get_queryset()
            .filter(**{LOOKUPS[name]: word for name, word in told.validated_data.items()})
        )

    @extend_schema(parameters=[ConversionsAskedSerializer])
    def get(self, request: Request) -> Response:
        """Orders that you brought, the newest first."""
        return self.list(request)


class AffiliateConversionView(generics.RetrieveAPIView, _ConversionView):
    """One order: how its commission came about, and what was taken back of it."""

    serializer_class = AffiliateConversionDetailSerializer

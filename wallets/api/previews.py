"""What sending a gift would cost and bring, before it is sent."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ledger.shapes import MoneyField
from ledger.units import DIAMOND, to_decimal
from wallets.models.gifts import LARGEST_QUANTITY
from wallets.queries.gift_previews import Preview, preview_gift
from wallets.queries.gift_types import gift_types_at


class PreviewSerializer(serializers.Serializer):
    """`price` is what so many coins cost in your smallest package, `worth` what the creator's `diamonds` are
    worth; each is null where nothing is sold, or no rate is known."""

    gift_type = serializers.CharField(source="gift_type.slug")
    quantity = serializers.IntegerField()
    coins = serializers.CharField()
    price = MoneyField(allow_null=True)
    diamonds = serializers.SerializerMethodField()
    worth = MoneyField(currency="worth_currency", allow_null=True)
    balance = serializers.CharField(help_text="Of your wallet.")
    missing = serializers.CharField(help_text="Coins that the wallet lacks for it.")

    def get_diamonds(self, preview: Preview) -> str | None:
        return None if preview.diamonds is None else str(to_decimal(preview.diamonds, DIAMOND))


class PreviewAskedSerializer(serializers.Serializer):
    quantity = serializers.IntegerField(default=1, min_value=1, max_value=LARGEST_QUANTITY)


class PreviewView(APIView):
    scope = "gifts"

    @extend_schema(parameters=[PreviewAskedSerializer], responses=PreviewSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """What sending this gift would cost you, and bring its creator."""
        asked, now = PreviewAskedSerializer(data=request.query_params), timezone.now()
        asked.is_valid(raise_exception=True)
        gift_type = generics.get_object_or_404(gift_types_at(now), slug=slug)
        found = preview_gift(viewer=request.user, gift_type=gift_type, at=now, **asked.validated_data)
        return Response(PreviewSerializer(found).data)

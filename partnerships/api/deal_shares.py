"""The link by which a brand sees its deal."""

import uuid

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.creators import CREATORS_ONLY
from ledger.idempotency import IDEMPOTENCY_KEY, id_for_key
from ledger.inputs import StrictSerializer
from ledger.operations import IdempotencyConflict
from partnerships.models import DealShare
from partnerships.operations import deal_shares as operations
from partnerships.operations.deal_moves import UnknownDeal
from partnerships.queries.deals import deals_of

NO_KEY = OpenApiParameter(
    IDEMPOTENCY_KEY.name, str, OpenApiParameter.HEADER, description="Not needed: it may be repeated."
)


class DealShareSerializer(serializers.ModelSerializer):
    """Whoever has `address` sees the deal's deliverables, dates and invoices until `expires_at`. Where our
    staff froze it, it opens nothing, and `frozen_reason` says why."""

    address = serializers.SerializerMethodField()

    class Meta:
        model = DealShare
        fields = (
            "address", "made_at", "expires_at", "seen_at", "revoked_at", "frozen_at", "frozen_reason"
        )  # fmt: skip

    def get_address(self, share: DealShare) -> str:
        return settings.SITE_URL + reverse("partnerships:shared_deal", args=[share.token])


class NewDealShareSerializer(StrictSerializer):
    """When the link ends."""

    days = serializers.IntegerField(
        default=operations.DAYS, min_value=1, max_value=operations.DAYS, help_text="So long it is good for."
    )


class DealShareView(generics.GenericAPIView):
    scope = "deals"
    permission_classes = CREATORS_ONLY
    queryset = DealShare.objects.none()
    serializer_class = DealShareSerializer
    replays_itself = True  # a link is kept encrypted, and in no stored answer
    problems = {
        UnknownDeal: (404, "not_found"),
        operations.UnableToShare: (422, "frozen"),
        IdempotencyConflict: (409, "idempotency_conflict"),
    }

    def get(self, request: Request, deal_id: uuid.UUID) -> Response:
        """The link to a deal. 404: there is none, or it was revoked."""
        deal = generics.get_object_or_404(deals_of(request.user.pk), pk=deal_id)
        return Response(DealShareSerializer(generics.get_object_or_404(deal.shares, revoked_at=None)).data)

    @extend_schema(
        request=NewDealShareSerializer, responses={201: DealShareSerializer}, parameters=[IDEMPOTENCY_KEY]
    )
    def post(self, request: Request, deal_id: uuid.UUID) -> Response:
        """Make a link to a deal. The one of before opens nothing any more. The same key and days return the
        first."""
        key = id_for_key(request)
        wish = NewDealShareSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        share = operations.share_deal(
            creator=request.user, deal_id=deal_id, key=key, at=timezone.now(), **wish.validated_data
        )
        return Response(DealShareSerializer(share).data, 201)

    @extend_schema(responses={204: None}, parameters=[NO_KEY])
    def delete(self, request: Request, deal_id: uuid.UUID) -> Response:
        """Revoke the link to a deal: nobody sees anything by it any more. May be repeated."""
        operations.revoke_share(creator=request.user, deal_id=deal_id, at=timezone.now())
        return Response(status=204)

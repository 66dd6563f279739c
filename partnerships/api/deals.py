"""Brand deals over the API: what the studio's pages say and do."""

import uuid
from dataclasses import fields

from django.utils import timezone
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from ledger.creators import CREATORS_ONLY
from ledger.idempotency import IDEMPOTENCY_KEY, id_for_key
from ledger.operations import IdempotencyConflict
from partnerships.api import deal_shapes as shapes
from partnerships.deal_states import Stage
from partnerships.models import BrandDeal
from partnerships.operations import deal_moves, deals
from partnerships.queries.deals import deals_of, table, with_dates

REFUSALS = {
    deal_moves.UnknownDeal: (404, "not_found"),
    deal_moves.Stale: (409, "stale"),
    deal_moves.UnableToMove: (422, "unable_to_move"),
    deals.UnableToSave: (422, "unable_to_save"),
    IdempotencyConflict: (409, "idempotency_conflict"),
}


class AsAsked(api_settings.DEFAULT_PAGINATION_CLASS):
    def get_ordering(self, request, queryset, view) -> tuple[str, ...]:
        return (view.asked["ordering"], "-id")


class _DealView(generics.GenericAPIView):
    scope = "deals"
    permission_classes = CREATORS_ONLY
    problems = REFUSALS
    queryset = BrandDeal.objects.none()
    serializer_class = shapes.DealDetailSerializer

    def detail(self, deal_id: uuid.UUID, status: int = 200) -> Response:
        mine = with_dates(deals_of(self.request.user.pk), timezone.localdate())
        deal = generics.get_object_or_404(mine, pk=deal_id)
        return Response(shapes.DealDetailSerializer(deal).data, status)


class DealsView(generics.ListAPIView, _DealView):
    serializer_class = shapes.DealSerializer
    pagination_class = AsAsked

    @cached_property
    def asked(self) -> dict:
        told = shapes.DealsAskedSerializer(data=self.request.query_params)
        told.is_valid(raise_exception=True)
        return told.validated_data

    def get_queryset(self):
        asked = self.asked
        found = table(
            self.request.user.pk,
            timezone.localdate(),
            stage=asked.get("stage", ""),
            first=asked.get("from"),
            last=asked.get("to"),
            text=asked.get("text", ""),
        )
        return found.prefetch_related(*asked["expand"])

    def get_serializer(self, *page, **options):
        serializer = super().get_serializer(*page, **options)
        if page:  # the schema tells of all fields
            serializer.context["expand"] = self.asked["expand"]
        return serializer

    @extend_schema(parameters=[shapes.DealsAskedSerializer])
    def get(self, request: Request) -> Response:
        """Your brand deals, what moved last in front."""
        return self.list(request)

    @extend_schema(
        request=shapes.NewDealSerializer,
        responses={201: shapes.DealDetailSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request) -> Response:
        """Write a deal down. The same key and deal return the first."""
        wish = shapes.NewDealSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        facts, now = dict(wish.validated_data), timezone.now()
        key, stage = id_for_key(request), Stage(facts.pop("stage"))
        brand = facts.pop("brand")
        deal = deals.create_deal(
            creator=request.user, brand=brand, terms=deals.Terms(**facts), key=key, stage=stage, at=now
        )
        return self.detail(deal.pk, 201)


class DealView(_DealView):
    def get(self, request: Request, deal_id: uuid.UUID) -> Response:
        """One deal with its parts, invoices and history."""
        return self.detail(deal_id)

    @extend_schema(request=shapes.ChangedDealSerializer, responses=shapes.DealDetailSerializer)
    def patch(self, request: Request, deal_id: uuid.UUID) -> Response:
        """Change what a deal is about. 409: it was changed since you read it."""
        deal = generics.get_object_or_404(deals_of(request.user.pk), pk=deal_id)
        wish = shapes.ChangedDealSerializer(data=request.data, partial=True)
        wish.is_valid(raise_exception=True)
        facts, now = wish.validated_data, timezone.now()
        names = [field.name for field in fields(deals.Terms)]
        deals.change_deal(
            creator=request.user,
            deal_id=deal_id,
            version=facts["version"],
            brand=facts.get("brand", deal.brand),
            terms=deals.Terms(**{name: facts.get(name, getattr(deal, name)) for name in names}),
            at=now,
        )
        return self.detail(deal_id)


class MoveDealView(_DealView):
    @extend_schema(request=shapes.MovedDealSerializer, responses=shapes.DealDetailSerializer)
    def post(self, request: Request, deal_id: uuid.UUID) -> Response:
        """Move a deal to another stage; where it is there already, nothing happens. 409: it was changed since
        you read it; 422: it can't go there, or something is missing for it."""
        wish = shapes.MovedDealSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        facts = wish.validated_data | {"to": Stage(wish.validated_data["to"])}
        deal_moves.move_deal(creator=request.user, deal_id=deal_id, at=timezone.now(), **facts)
        return self.detail(deal_id)

"""What a deal is made of: added, changed, removed, and deliverables moved on."""

import uuid

from django.db.models import Model
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.creators import CREATORS_ONLY
from ledger.idempotency import IDEMPOTENCY_KEY, id_for_key
from partnerships.api import deal_shapes as shapes
from partnerships.api.deals import REFUSALS
from partnerships.deal_states import DeliverableState
from partnerships.models import BrandDeal
from partnerships.operations import deal_parts as operations
from partnerships.queries.deals import deals_of


class _PartView(generics.GenericAPIView):
    scope = "deals"
    permission_classes = CREATORS_ONLY
    problems = REFUSALS
    serializer_class: type[shapes.PartSerializer]

    @property
    def model(self) -> type[operations.Part]:
        return self.serializer_class.Meta.model

    def deal(self) -> BrandDeal:
        return generics.get_object_or_404(deals_of(self.request.user.pk), pk=self.kwargs["deal_id"])

    def save(self, key: uuid.UUID, *, part: Model | None = None) -> Response:
        """A new part where there is none."""
        deal = self.deal()
        told = self.serializer_class(data=self.request.data, partial=part is not None, context={"deal": deal})
        told.is_valid(raise_exception=True)
        kept = operations.save_part(
            creator=self.request.user,
            deal_id=deal.pk,
            model=self.model,
            key=key,
            new=part is None,
            at=timezone.now(),
            **told.validated_data,
        )
        return Response(self.serializer_class(kept).data, 200 if part else 201)

    def part(self) -> Model:
        mine = self.model.objects.filter(deal=self.deal())
        return generics.get_object_or_404(mine, pk=self.kwargs["part_id"])


class _PartsView(generics.CreateAPIView, _PartView):
    @extend_schema(parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, deal_id: uuid.UUID) -> Response:
        """Add a part to a deal. The same key and words return the first."""
        return self.save(id_for_key(request))


class _OnePartView(_PartView):
    def patch(self, request: Request, deal_id: uuid.UUID, part_id: uuid.UUID) -> Response:
        """Change a part of a deal; what is left out stays as it is."""
        return self.save(part_id, part=self.part())

    @extend_schema(responses={204: None})
    def delete(self, request: Request, deal_id: uuid.UUID, part_id: uuid.UUID) -> Response:
        """Take a part out of a deal."""
        operations.remove_part(
            creator=request.user, deal_id=deal_id, model=self.model, part_id=part_id, at=timezone.now()
        )
        return Response(status=204)


class DeliverablesView(_PartsView):
    serializer_class = shapes.DeliverableSerializer


class DeliverableView(_OnePartView):
    serializer_class = shapes.DeliverableSerializer


class MilestonesView(_PartsView):
    serializer_class = shapes.MilestoneSerializer


class MilestoneView(_OnePartView):
    serializer_class = shapes.MilestoneSerializer


class UsageRightsView(_PartsView):
    serializer_class = shapes.UsageRightSerializer


class UsageRightView(_OnePartView):
    serializer_class = shapes.UsageRightSerializer


class ExclusivitiesView(_PartsView):
    serializer_class = shapes.ExclusivitySerializer


class ExclusivityView(_OnePartView):
    serializer_class = shapes.ExclusivitySerializer


class MoveDeliverableView(_PartView):
    serializer_class = shapes.DeliverableSerializer

    @extend_schema(request=shapes.MovedDeliverableSerializer)
    def post(self, request: Request, deal_id: uuid.UUID, part_id: uuid.UUID) -> Response:
        """Say what became of a deliverable; where it is there already, nothing happens."""
        part = self.part()
        wish = shapes.MovedDeliverableSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        moved = operations.move_deliverable(
            creator=request.user,
            deliverable_id=part.pk,
            to=DeliverableState(wish.validated_data["to"]),
            proof_url=wish.validated_data["proof_url"],
            at=timezone.now(),
        )
        return Response(shapes.DeliverableSerializer(moved).data)

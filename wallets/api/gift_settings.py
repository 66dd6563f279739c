"""How a creator takes gifts, and from whom none."""

import uuid

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from ledger.creators import CREATORS_ONLY
from ledger.inputs import StrictSerializer
from wallets.models import Block
from wallets.operations.creator_settings import (
    NotYourGift,
    UnableToSetGifts,
    block_sender,
    set_gift_rules,
    unblock,
)
from wallets.queries.creator_settings import blocks_of, creator_settings_of


class GiftSettingsSerializer(StrictSerializer):
    """How much is too much is for the operation to judge."""

    gifts_off = serializers.BooleanField()
    note = serializers.CharField(allow_blank=True, help_text="Tells viewers why there are none.")
    words = serializers.ListField(
        child=serializers.CharField(), help_text="A message with one of these is refused, however written."
    )


class BlockSerializer(serializers.ModelSerializer):
    """`name` is empty where the gift showed none."""

    name = serializers.SerializerMethodField()

    class Meta:
        model = Block
        fields = ["id", "name", "blocked_at"]

    def get_name(self, block: Block) -> str:
        return "" if block.unnamed else block.name


class NewBlockSerializer(StrictSerializer):
    gift = serializers.UUIDField(help_text="One that you received: its sender is blocked.")


class GiftSettingsView(APIView):
    scope = "gifts"
    permission_classes = CREATORS_ONLY
    problems = {UnableToSetGifts: (422, "refused")}

    @extend_schema(responses=GiftSettingsSerializer)
    def get(self, request: Request) -> Response:
        """Whether you take gifts, and which words you don't want."""
        return Response(GiftSettingsSerializer(creator_settings_of(request.user)).data)

    @extend_schema(request=GiftSettingsSerializer, responses=GiftSettingsSerializer)
    def put(self, request: Request) -> Response:
        """Say whether you take gifts, and which words you don't want. It counts from now on."""
        wish = GiftSettingsSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        facts = dict(wish.validated_data)
        kept = set_gift_rules(creator=request.user, unwanted=facts.pop("words"), **facts)
        return Response(GiftSettingsSerializer(kept).data)


class LatestFirst(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = ("-blocked_at", "-id")


class _BlocksView(generics.GenericAPIView):
    scope = "gifts"
    permission_classes = CREATORS_ONLY
    serializer_class = BlockSerializer
    pagination_class = LatestFirst
    queryset = Block.objects.none()
    problems = {NotYourGift: (404, "not_found")}


class BlocksView(generics.ListAPIView, _BlocksView):
    """Whom you blocked, the latest in front."""

    def get_queryset(self):
        return blocks_of(self.request.user)

    @extend_schema(request=NewBlockSerializer, responses={201: BlockSerializer})
    def post(self, request: Request) -> Response:
        """Block who sent this gift: they can send you nothing any more, and are not told. May be repeated."""
        wish = NewBlockSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        block = block_sender(creator=request.user, gift_id=wish.validated_data["gift"], at=timezone.now())
        return Response(BlockSerializer(block).data, status=201)


class BlockView(_BlocksView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        """Lift a block."""
        block = generics.get_object_or_404(blocks_of(request.user), pk=pk)
        unblock(person=request.user, block_id=block.pk)
        return Response(status=204)

import datetime as dt
import uuid

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema, extend_schema_field
from rest_framework import exceptions, generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from ledger.idempotency import IDEMPOTENCY_KEY, REPLAYED, idempotency_key
from ledger.inputs import StrictSerializer
from ledger.operations import IdempotencyConflict
from ledger.queries import NoRate
from ledger.units import DIAMOND, to_decimal
from wallets.models import Gift, GiftType
from wallets.operations.gifts import NotACreator, send_gift
from wallets.operations.refusals import UnableToSend
from wallets.operations.undo import NoSuchGift, UnableToUndo, Undone, undo_gift, undo_streak
from wallets.queries.creators import creator_called
from wallets.queries.gift_types import gift_types_at
from wallets.queries.gift_wishes import wished
from wallets.queries.gifts import gifts_received, gifts_sent

DIRECTIONS = ("sent", "received")


class NoCreator(exceptions.NotFound):
    default_detail = "There is no creator with this handle."


class GiftTypeSerializer(serializers.ModelSerializer):
    coins = serializers.CharField()

    class Meta:
        model = GiftType
        fields = ["slug", "name", "coins", "available_from", "available_until"]


class GiftSerializer(serializers.Serializer):
    """Not a model's serializer: that one finds its fields out anew for every gift that is sent."""

    id = serializers.UUIDField()
    sender = serializers.CharField()
    creator = serializers.CharField(source="creator.handle")
    gift_type = serializers.CharField(source="gift_type.slug")
    quantity = serializers.IntegerField()
    coins = serializers.CharField()
    diamonds = serializers.SerializerMethodField()
    message = serializers.CharField()
    anonymous = serializers.BooleanField()
    stream = serializers.UUIDField(source="stream_id", allow_null=True)
    streak_id = serializers.UUIDField(allow_null=True)
    sent_at = serializers.DateTimeField()
    undone = serializers.SerializerMethodField(help_text="Its coins came back to the sender.")

    def to_representation(self, gift: Gift) -> dict:
        """What the fields above would say: to ask each of them takes longer than to send a gift."""
        return {
            "id": str(gift.id),
            "sender": gift.sender,
            "creator": gift.creator.handle,
            "gift_type": gift.gift_type.slug,
            "quantity": gift.quantity,
            "coins": str(gift.coins),
            "diamonds": self.get_diamonds(gift),
            "message": gift.message,
            "anonymous": gift.anonymous,
            "stream": gift.stream_id and str(gift.stream_id),
            "streak_id": gift.streak_id and str(gift.streak_id),
            "sent_at": f"{gift.sent_at.astimezone(dt.UTC).replace(tzinfo=None).isoformat()}Z",
            "undone": self.get_undone(gift),
        }

    def get_undone(self, gift: Gift) -> bool:
        return getattr(gift, "undone", False)

    @extend_schema_field({"type": "string", "example": "99.00"})
    def get_diamonds(self, gift: Gift) -> str:
        return str(to_decimal(gift.diamonds, DIAMOND))


class TextUUIDField(serializers.UUIDField):
    """Not of a number, which DRF's takes, too."""

    def to_internal_value(self, data) -> uuid.UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class NewGiftSerializer(StrictSerializer):
    """How many and how long a message is for the operation to judge."""

    creator = serializers.CharField(help_text="The creator's handle.")
    gift_type = serializers.CharField(help_text="The slug of one of `gift-types`.")
    quantity = serializers.IntegerField(default=1)
    message = serializers.CharField(default="", allow_blank=True)
    streak_id = TextUUIDField(
        default=None, allow_null=True, help_text="What the taps of one run of the same gift share."
    )
    anonymous = serializers.BooleanField(
        default=None, allow_null=True, help_text="Without the sender's name; unset: as in their settings."
    )


# One of each for all requests: making a serializer copies its fields, which takes as long as a query.
WISH, TOLD = NewGiftSerializer(), GiftSerializer()


class CreatorSerializer(serializers.Serializer):
    handle = serializers.CharField()
    name = serializers.CharField(source="__str__")


class CheapestFirst(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = ("coins", "slug")


class ByDirection(api_settings.DEFAULT_PAGINATION_CLASS):
    def get_ordering(self, request, queryset, view) -> tuple[str, ...]:
        """As each direction's index goes."""
        return ("-sent_at", "-id") if view.direction == "received" else ("-id",)


class GiftTypesView(generics.ListAPIView):
    """The gifts on sale now, cheapest first."""

    scope = "gifts"
    serializer_class = GiftTypeSerializer
    pagination_class = CheapestFirst
    queryset = GiftType.objects.none()

    def get_queryset(self):
        return gift_types_at(timezone.now())


class GiftsView(generics.ListAPIView):
    scope = "gifts"
    replays_itself = True  # a gift that is sent again is told from its own row, at no statement more
    serializer_class = GiftSerializer
    pagination_class = ByDirection
    queryset = Gift.objects.none()
    problems = {
        NoCreator: (404, "not_found"),
        UnableToSend: (422, "refused"),
        IdempotencyConflict: (409, "idempotency_conflict"),
        NoRate: (422, "no_rate"),
    }

    @property
    def direction(self) -> str:
        direction = self.request.query_params.get("direction", "sent")
        if direction not in DIRECTIONS:
            raise exceptions.ValidationError({"direction": ["Say sent or received."]})
        return direction

    def get_queryset(self):
        person = self.request.user.pk
        if self.direction == "received":
            return gifts_received(person).select_related("creator")
        return gifts_sent(person)

    @extend_schema(
        parameters=[OpenApiParameter("direction", OpenApiTypes.STR, enum=DIRECTIONS, default="sent")]
    )
    def get(self, request: Request) -> Response:
        """The gifts you sent or received, newest first."""
        return self.list(request)

    @extend_schema(
        request=NewGiftSerializer,
        responses={201: GiftSerializer},
        parameters=[
            IDEMPOTENCY_KEY,
            OpenApiParameter(
                REPLAYED,
                location=OpenApiParameter.HEADER,
                response=[201],
                description="`true` where this gift was sent before, with the same `Idempotency-Key`.",
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        """Send a gift. The same key and gift return the first gift again. 409: the key was used for another
        gift; 422: a rule refuses it, `insufficient_coins` among them; 404: no such creator."""
        now = timezone.now()
        facts = WISH.run_validation(request.data)
        key = idempotency_key(request)
        # Not the creators alone: a gift to one who has stopped is still told again.
        creator, gift_type = wished(facts["creator"].lower(), facts["gift_type"], now)
        if creator is None:
            raise NoCreator
        if gift_type is None:
            raise exceptions.ValidationError({"gift_type": ["There is no such gift."]})
        try:
            sent = send_gift(
                viewer=request.user,
                creator=creator,
                gift_type=gift_type,
                quantity=facts["quantity"],
                message=facts["message"],
                streak_id=facts["streak_id"],
                anonymous=facts["anonymous"],
                key=key,
                at=now,
            )
        except NotACreator as refusal:
            raise NoCreator from refusal
        headers = {REPLAYED: "true"} if sent.replayed else None
        return Response(TOLD.to_representation(sent.gift), status=201, headers=headers)


class _UndoView(APIView):
    scope = "gifts"
    problems = {NoSuchGift: (404, "not_found"), UnableToUndo: (422, "refused")}

    def told(self, undone: Undone) -> dict:
        undone.gift.undone = True
        return TOLD.to_representation(undone.gift)


class UndoView(_UndoView):
    @extend_schema(request=None, responses=GiftSerializer)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Take back a gift sent less than half a minute ago. May be repeated: a gift is undone once. 422:
        `too_late`, `taken_back` or `diamonds_gone`."""
        return Response(self.told(undo_gift(viewer=request.user, gift_id=pk, at=timezone.now())))


class UndoStreakView(_UndoView):
    @extend_schema(request=None, responses=GiftSerializer(many=True))
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Take back what you sent of a streak in the last half minute. The answer has the gifts that were
        taken back, the newest first; 422: none could be."""
        undone = undo_streak(viewer=request.user, streak_id=pk, at=timezone.now())
        return Response([self.told(each) for each in undone])


class CreatorView(APIView):
    """Who takes gifts under this handle."""

    scope = "gifts"

    @extend_schema(responses=CreatorSerializer)
    def get(self, request: Request, handle: str) -> Response:
        creator = creator_called(handle)
        if creator is None:
            raise NoCreator
        return Response(CreatorSerializer(creator).data)

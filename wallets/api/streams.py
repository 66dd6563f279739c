from decimal import Decimal

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema, extend_schema_field
from rest_framework import exceptions, generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.idempotency import IDEMPOTENCY_KEY, idempotency_key
from ledger.inputs import StrictSerializer
from ledger.units import TooPrecise, to_decimal, to_parts
from wallets.models import Stream
from wallets.models.streams import LARGEST_GOAL
from wallets.operations.streams import (
    AlreadyLive,
    StreamKeyReused,
    UnableToGoLive,
    end_stream,
    start_stream,
)
from wallets.queries.streams import live_streams, stream_to_watch, streams_of

WHOSE = ("live", "mine")


class StreamSerializer(serializers.ModelSerializer):
    creator = serializers.CharField(source="creator.handle")
    goal = serializers.SerializerMethodField()

    class Meta:
        model = Stream
        fields = [
            "id", "creator", "title", "goal", "goal_unit", "goal_words", "started_at", "ended_at",
            "peak_viewers",
        ]  # fmt: skip

    @extend_schema_field({"type": ["string", "null"], "example": "500.00"})
    def get_goal(self, stream: Stream) -> str | None:
        return None if stream.goal is None else str(to_decimal(stream.goal, stream.goal_unit))


class NewStreamSerializer(StrictSerializer):
    """What makes a title or a goal is for the operation to judge."""

    title = serializers.CharField()
    goal = serializers.DecimalField(
        max_digits=12, decimal_places=2, min_value=Decimal(1), max_value=Decimal(LARGEST_GOAL), required=False
    )
    goal_unit = serializers.ChoiceField(Stream.GoalUnit.choices, default=Stream.GoalUnit.DIAMOND)
    goal_words = serializers.CharField(default="", allow_blank=True)

    def validate(self, facts: dict) -> dict:
        if facts.get("goal") is not None:
            try:
                facts["goal"] = to_parts(facts["goal"], facts["goal_unit"])
            except TooPrecise as error:
                raise serializers.ValidationError({"goal": [str(error)]}) from error
        return facts


class StreamsView(generics.ListAPIView):
    scope = "streams"
    serializer_class = StreamSerializer
    queryset = Stream.objects.none()
    problems = {
        AlreadyLive: (409, "already_live"),
        StreamKeyReused: (409, "idempotency_conflict"),
        UnableToGoLive: (422, "refused"),
    }

    def get_queryset(self):
        whose = self.request.query_params.get("whose", "live")
        if whose not in WHOSE:
            raise exceptions.ValidationError({"whose": ["Say live or mine."]})
        if whose == "mine":
            return streams_of(self.request.user.pk).select_related("creator")
        return live_streams()

    @extend_schema(parameters=[OpenApiParameter("whose", OpenApiTypes.STR, enum=WHOSE, default="live")])
    def get(self, request: Request) -> Response:
        """Who is live now, or all of your own streams; newest first."""
        return self.list(request)

    @extend_schema(
        request=NewStreamSerializer, responses={201: StreamSerializer}, parameters=[IDEMPOTENCY_KEY]
    )
    def post(self, request: Request) -> Response:
        """Go live. The same key and facts return the first stream again. 409: you are live already, or the
        key was used for another stream; 422: a rule refuses it."""
        wish = NewStreamSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        stream = start_stream(
            creator=request.user, key=idempotency_key(request), at=timezone.now(), **wish.validated_data
        )
        return Response(StreamSerializer(stream).data, status=201)


class StreamView(generics.RetrieveAPIView):
    """One stream, whoever's it is."""

    scope = "streams"
    serializer_class = StreamSerializer
    queryset = Stream.objects.none()

    def get_object(self) -> Stream:
        stream = stream_to_watch(self.kwargs["pk"])
        if stream is None:
            raise exceptions.NotFound
        return stream


class EndStreamView(generics.GenericAPIView):
    scope = "streams"
    serializer_class = StreamSerializer
    queryset = Stream.objects.none()

    @extend_schema(request=None, responses=StreamSerializer)
    def post(self, request: Request, pk) -> Response:
        """End a stream of yours; ending it again changes nothing."""
        try:
            stream = end_stream(creator=request.user, stream_id=pk, at=timezone.now())
        except Stream.DoesNotExist as error:
            raise exceptions.NotFound from error
        return Response(StreamSerializer(stream).data)

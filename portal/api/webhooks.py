"""Webhook endpoints over the API, and what they were told."""

import uuid

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ledger.idempotency import IDEMPOTENCY_KEY, idempotency_key
from ledger.inputs import StrictSerializer
from portal.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from portal.models.webhooks import LONGEST_DESCRIPTION, LONGEST_URL
from portal.operations import webhook_replays, webhooks
from portal.outside import UnusableAddress
from portal.queries.webhooks import deliveries_of, endpoints_of
from portal.webhook_states import DeliveryState, OffBecause
from portal.webhook_types import types

PROBLEMS = {
    UnusableAddress: (422, UnusableAddress.code),
    webhooks.UnknownEndpoint: (404, webhooks.UnknownEndpoint.code),
    webhook_replays.UnknownDelivery: (404, webhook_replays.UnknownDelivery.code),
    webhooks.KeyReused: (409, webhooks.KeyReused.code),
    webhooks.TwoSecretsSign: (409, webhooks.TwoSecretsSign.code),
    webhook_replays.UnderWay: (409, webhook_replays.UnderWay.code),
    webhooks.UnableToChangeWebhook: (422, webhooks.UnableToChangeWebhook.code),
}


class WebhookEndpointSerializer(serializers.ModelSerializer):
    enabled = serializers.BooleanField(source="is_on", read_only=True)
    event_types = serializers.ListField(child=serializers.CharField())
    off_because = serializers.CharField(
        read_only=True, help_text=f"One of {', '.join(OffBecause.values)}; empty while it is on."
    )

    class Meta:
        model = WebhookEndpoint
        fields = [
            "id", "url", "description", "event_types", "enabled", "off_because", "off_at", "failing_since",
            "made_at",
        ]  # fmt: skip
        read_only_fields = fields


class WebhookEndpointWithSecretSerializer(WebhookEndpointSerializer):
    """`secret` signs what is sent. It can be read on the site afterwards."""

    class Meta(WebhookEndpointSerializer.Meta):
        fields = [*WebhookEndpointSerializer.Meta.fields, "secret"]
        read_only_fields = fields


class WebhookNewEndpointSerializer(StrictSerializer):
    url = serializers.CharField(max_length=LONGEST_URL, help_text="https, on the public internet.")
    event_types = serializers.ListField(
        child=serializers.CharField(max_length=60),
        min_length=1,
        max_length=100,
        help_text="Codes of `webhook-event-types`.",
    )
    description = serializers.CharField(max_length=LONGEST_DESCRIPTION, default="", allow_blank=True)


class WebhookChangedEndpointSerializer(StrictSerializer):
    """What is left out stays as it is."""

    url = serializers.CharField(max_length=LONGEST_URL, required=False)
    event_types = serializers.ListField(
        child=serializers.CharField(max_length=60), min_length=1, max_length=100, required=False
    )
    description = serializers.CharField(max_length=LONGEST_DESCRIPTION, required=False, allow_blank=True)
    enabled = serializers.BooleanField(required=False)


class WebhookAttemptSerializer(serializers.ModelSerializer):
    """`status` is that of the answer, `error` says why there is none. Without `ended_at` it is under way, or
    was cut off."""

    class Meta:
        model = WebhookAttempt
        fields = ["began_at", "ended_at", "milliseconds", "status", "error", "answer"]


class WebhookDeliverySerializer(serializers.ModelSerializer):
    event = serializers.UUIDField(source="event_id", help_text="The `webhook-id` that is sent.")
    type = serializers.CharField(source="event.type")
    at = serializers.DateTimeField(source="event.at", help_text="When it happened.")
    next_attempt_at = serializers.SerializerMethodField()
    attempts = WebhookAttemptSerializer(many=True)

    class Meta:
        model = WebhookDelivery
        fields = ["id", "event", "type", "at", "state", "next_attempt_at", "over_at", "attempts"]

    def get_next_attempt_at(self, delivery: WebhookDelivery) -> str | None:
        if delivery.state != DeliveryState.WAITING:
            return None
        return serializers.DateTimeField().to_representation(delivery.due_at)


class WebhookDeliveryDetailSerializer(WebhookDeliverySerializer):
    body = serializers.CharField(source="event.body", help_text="What is sent, byte for byte.")

    class Meta(WebhookDeliverySerializer.Meta):
        fields = [*WebhookDeliverySerializer.Meta.fields, "body"]


class WebhookSinceSerializer(StrictSerializer):
    since = serializers.DateTimeField(help_text="Events that happened since then, up to 30 days ago.")


class WebhookReplayedSerializer(serializers.Serializer):
    replayed = serializers.IntegerField(help_text="How many will be sent again.")


class WebhookEventTypeSerializer(serializers.Serializer):
    type = serializers.CharField(source="code")
    about = serializers.CharField()
    example = serializers.DictField(help_text="The `data` of such an event.")


class _View(generics.GenericAPIView):
    scope = "webhooks"
    problems = PROBLEMS
    queryset = WebhookEndpoint.objects.none()
    serializer_class = WebhookEndpointSerializer

    def endpoint(self) -> WebhookEndpoint:
        return generics.get_object_or_404(endpoints_of(self.request.user), pk=self.kwargs["pk"])

    def whose(self) -> dict:
        return {"owner": self.request.user, "endpoint_id": self.kwargs["pk"]}

    def wish(self, shape: type[StrictSerializer]) -> dict:
        asked = shape(data=self.request.data)
        asked.is_valid(raise_exception=True)
        return asked.validated_data


class WebhookEndpointsView(generics.ListAPIView, _View):
    """Your endpoints, newest first."""

    replays_itself = True  # a secret is kept encrypted, and in no stored answer

    def get_queryset(self):
        return endpoints_of(self.request.user)

    @extend_schema(
        request=WebhookNewEndpointSerializer,
        responses={201: WebhookEndpointWithSecretSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request) -> Response:
        """Add an endpoint. It is told of what happens from now on, signed with the `secret` of the answer."""
        made = webhooks.add_endpoint(
            owner=request.user,
            key=idempotency_key(request),
            at=timezone.now(),
            **self.wish(WebhookNewEndpointSerializer),
        )
        return Response(WebhookEndpointWithSecretSerializer(made).data, status=201)


class WebhookEndpointView(_View):
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """One endpoint."""
        return Response(self.get_serializer(self.endpoint()).data)

    @extend_schema(
        request=WebhookChangedEndpointSerializer,
    )
    def patch(self, request: Request, pk: uuid.UUID) -> Response:
        """Change an endpoint, or switch it on or off. While it is off it misses what happens."""
        wish = self.wish(WebhookChangedEndpointSerializer)
        enabled = wish.pop("enabled", None)
        changed = webhooks.change_endpoint(**self.whose(), enabled=enabled, at=timezone.now(), **wish)
        return Response(self.get_serializer(changed).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        """Remove an endpoint for good. Its secrets are gone at once, its log after 30 days."""
        webhooks.remove_endpoint(**self.whose(), at=timezone.now())
        return Response(status=204)


class RotateSecretView(_View):
    replays_itself = True  # as above

    @extend_schema(
        request=None,
        responses={200: WebhookEndpointWithSecretSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Give an endpoint a new secret. For 24 hours the one before signs beside it; there is no
        third."""
        endpoint = webhooks.rotate_secret(**self.whose(), key=idempotency_key(request), at=timezone.now())
        return Response(WebhookEndpointWithSecretSerializer(endpoint).data)


class TestEventView(_View):
    @extend_schema(request=None, responses={202: WebhookDeliverySerializer}, parameters=[IDEMPOTENCY_KEY])
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Send this endpoint a `webhook.test` event, in one attempt."""
        sent = webhook_replays.send_test(**self.whose(), key=idempotency_key(request), at=timezone.now())
        return Response(WebhookDeliverySerializer(sent).data, status=202)


class ReplayAllView(_View):
    @extend_schema(
        request=WebhookSinceSerializer,
        responses={202: WebhookReplayedSerializer},
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Send again all that failed or was missed since a moment, and what waits for its next attempt.
        Saying it twice does nothing more."""
        since = self.wish(WebhookSinceSerializer)["since"]
        number = webhook_replays.replay_all(**self.whose(), since=since, at=timezone.now())
        return Response({"replayed": number}, status=202)


class DeliveriesView(generics.ListAPIView, _View):
    """What an endpoint was told and is to be told, newest first."""

    serializer_class = WebhookDeliverySerializer

    @extend_schema(
        parameters=[
            OpenApiParameter("state", str, enum=DeliveryState.values, description="Of this state alone.")
        ]
    )
    def get(self, request: Request, *args, **kwargs) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        state = self.request.query_params.get("state", "")
        if state and state not in DeliveryState.values:
            raise ValidationError({"state": [f"One of {', '.join(DeliveryState.values)}."]})
        return deliveries_of(self.endpoint().pk, state)


class DeliveryView(_View):
    @extend_schema(responses=WebhookDeliveryDetailSerializer)
    def get(self, request: Request, pk: uuid.UUID, delivery_id: uuid.UUID) -> Response:
        """One delivery with its body and attempts."""
        found = generics.get_object_or_404(deliveries_of(self.endpoint().pk), pk=delivery_id)
        return Response(WebhookDeliveryDetailSerializer(found).data)


class ReplayView(_View):
    @extend_schema(request=None, responses={202: WebhookDeliverySerializer})
    def post(self, request: Request, pk: uuid.UUID, delivery_id: uuid.UUID) -> Response:
        """Send a delivery once more, under the same id; at once where it waits for its next attempt."""
        sent = webhook_replays.replay(**self.whose(), delivery_id=delivery_id, at=timezone.now())
        return Response(WebhookDeliverySerializer(sent).data, status=202)


class EventTypesView(APIView):
    scope = "webhooks"

    @extend_schema(responses=WebhookEventTypeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Every type of event, with an example of its data."""
        return Response(WebhookEventTypeSerializer(types().values(), many=True).data)


urlpatterns = [
    path("webhook-event-types/", EventTypesView.as_view(), name="api-webhook-event-types"),
    path("webhook-endpoints/", WebhookEndpointsView.as_view(), name="api-webhook-endpoints"),
    path("webhook-endpoints/<uuid:pk>/", WebhookEndpointView.as_view(), name="api-webhook-endpoint"),
    path("webhook-endpoints/<uuid:pk>/rotate-secret/", RotateSecretView.as_view(), name="api-webhook-secret"),
    path("webhook-endpoints/<uuid:pk>/test/", TestEventView.as_view(), name="api-webhook-test"),
    path("webhook-endpoints/<uuid:pk>/replay/", ReplayAllView.as_view(), name="api-webhook-replay-all"),
    path("webhook-endpoints/<uuid:pk>/deliveries/", DeliveriesView.as_view(), name="api-webhook-deliveries"),
    path(
        "webhook-endpoints/<uuid:pk>/deliveries/<uuid:delivery_id>/",
        DeliveryView.as_view(),
        name="api-webhook-delivery",
    ),
    path(
        "webhook-endpoints/<uuid:pk>/deliveries/<uuid:delivery_id>/replay/",
        ReplayView.as_view(),
        name="api-webhook-replay",
    ),
]

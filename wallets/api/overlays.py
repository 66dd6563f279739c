"""What a creator's streaming software shows on top of their picture."""

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ledger.creators import CREATORS_ONLY
from ledger.inputs import StrictSerializer
from wallets.models import Overlay
from wallets.operations.overlays import ask_for_sample, renew_address, revoke_address, save_overlay
from wallets.queries.overlays import overlay_of


class OverlaySerializer(StrictSerializer, serializers.ModelSerializer):
    """`smallest_gift` is in coins, for a whole run of the same gift; `address_made_at` null while the overlay
    has no address."""

    address_made_at = serializers.SerializerMethodField()

    class Meta:
        model = Overlay
        fields = (
            "shows_alerts", "position", "smallest_gift", "seconds", "sound", "shows_goal",
            "shows_leaderboard", "address_made_at",
        )  # fmt: skip

    def get_address_made_at(self, overlay: Overlay) -> str | None:
        if not overlay.digest:
            return None
        return serializers.DateTimeField().to_representation(overlay.renewed_at)


class OverlayAddressSerializer(serializers.Serializer):
    address = serializers.URLField(help_text="For your streaming software. It is shown this once.")


class _View(APIView):
    scope = "streams"
    permission_classes = CREATORS_ONLY


class OverlayView(_View):
    @extend_schema(responses=OverlaySerializer)
    def get(self, request: Request) -> Response:
        """What your overlay shows, and whether it has an address."""
        overlay = overlay_of(request.user.pk) or Overlay(creator=request.user)
        return Response(OverlaySerializer(overlay).data)

    @extend_schema(request=OverlaySerializer, responses=OverlaySerializer)
    def patch(self, request: Request) -> Response:
        """Change what your overlay shows; what is left out stays as it is. Open overlays take it up at
        once."""
        wish = OverlaySerializer(data=request.data, partial=True)
        wish.is_valid(raise_exception=True)
        kept = save_overlay(creator=request.user, at=timezone.now(), **wish.validated_data)
        return Response(OverlaySerializer(kept).data)


class RenewOverlayView(_View):
    replays_itself = True  # the address is kept nowhere, and in no stored answer

    @extend_schema(
        request=None,
        responses={201: OverlayAddressSerializer},
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                description="Changes nothing here: the same request makes another address.",
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Make a new address for your overlay. The one before stops showing anything within seconds; where
        the answer was lost, ask again."""
        token = renew_address(creator=request.user, at=timezone.now())
        address = request.build_absolute_uri(reverse("wallets:overlay", args=[token]))
        return Response({"address": address}, status=201)


class RevokeOverlayView(_View):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Revoke the address of your overlay. Open ones go blank within seconds, the settings stay; revoking
        again changes nothing."""
        revoke_address(creator=request.user, at=timezone.now())
        return Response(status=204)


class SampleView(_View):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Let open overlays announce a gift that nobody sent, to see where it appears."""
        ask_for_sample(creator=request.user, at=timezone.now())
        return Response(status=204)

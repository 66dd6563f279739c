from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ledger.inputs import StrictSerializer
from wallets.operations.limits import LARGEST_CAP, UnableToSetLimit, cool_off, set_caps, show_name
from wallets.queries.limits import caps_of, given, settings_of


class LimitsSerializer(serializers.Serializer):
    """Null: no limit. `next_…` is in force from `…_from` on, where a change is waiting."""

    daily = serializers.CharField(allow_null=True)
    next_daily = serializers.CharField(allow_null=True)
    daily_from = serializers.DateTimeField(allow_null=True)
    monthly = serializers.CharField(allow_null=True)
    next_monthly = serializers.CharField(allow_null=True)
    monthly_from = serializers.DateTimeField(allow_null=True)
    given_today = serializers.CharField()
    given_this_month = serializers.CharField()
    cool_off_until = serializers.DateTimeField(allow_null=True)


class NewLimitsSerializer(StrictSerializer):
    daily = serializers.IntegerField(allow_null=True, min_value=1, max_value=LARGEST_CAP)
    monthly = serializers.IntegerField(allow_null=True, min_value=1, max_value=LARGEST_CAP)


class NewCoolOffSerializer(StrictSerializer):
    until = serializers.DateTimeField()


class SenderSettingsSerializer(StrictSerializer):
    anonymous = serializers.BooleanField(
        help_text="Your gifts go without your name unless you say otherwise."
    )


class _LimitsView(APIView):
    scope = "wallet"

    def answer(self, request: Request) -> Response:
        now = timezone.now()
        settings = settings_of(request.user)
        caps, spent = caps_of(settings, now), given(settings, now)
        facts = {
            "daily": caps.daily,
            "next_daily": caps.next_daily,
            "daily_from": caps.daily_from,
            "monthly": caps.monthly,
            "next_monthly": caps.next_monthly,
            "monthly_from": caps.monthly_from,
            "given_today": spent.day,
            "given_this_month": spent.month,
            "cool_off_until": settings.cool_off_until,
        }
        return Response(LimitsSerializer(facts).data)


class LimitsView(_LimitsView):
    """What you allow yourself to give in gifts and tips."""

    @extend_schema(responses=LimitsSerializer)
    def get(self, request: Request) -> Response:
        return self.answer(request)

    @extend_schema(request=NewLimitsSerializer, responses=LimitsSerializer)
    def put(self, request: Request) -> Response:
        """Limit what you give a day and a month. What is tighter than before is in force at once, what is
        looser after 24 hours; the limit in force takes a waiting change back."""
        wish = NewLimitsSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        set_caps(viewer=request.user, **wish.validated_data, at=timezone.now())
        return self.answer(request)


class CoolOffView(_LimitsView):
    problems = {UnableToSetLimit: (422, "refused")}

    @extend_schema(request=NewCoolOffSerializer, responses=LimitsSerializer)
    def put(self, request: Request) -> Response:
        """Buy and send nothing until then. It can be made longer, but neither shorter nor taken back."""
        wish = NewCoolOffSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        cool_off(viewer=request.user, until=wish.validated_data["until"], at=timezone.now())
        return self.answer(request)


class SenderSettingsView(APIView):
    scope = "gifts"

    @extend_schema(responses=SenderSettingsSerializer)
    def get(self, request: Request) -> Response:
        """Whether your gifts show your name."""
        return Response(SenderSettingsSerializer(settings_of(request.user)).data)

    @extend_schema(request=SenderSettingsSerializer, responses=SenderSettingsSerializer)
    def put(self, request: Request) -> Response:
        """Say whether your gifts show your name, from now on."""
        wish = SenderSettingsSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        show_name(viewer=request.user, **wish.validated_data)
        return Response(wish.validated_data)

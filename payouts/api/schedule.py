"""When a creator is paid, and from which amount on."""

import datetime as dt

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ledger.creators import CREATORS_ONLY
from ledger.inputs import StrictSerializer
from ledger.queries import NoRate
from ledger.shapes import MoneySerializer
from payouts import queries
from payouts.models.policies import Schedule
from payouts.operations.preferences import UnableToChoose, choose
from payouts.queries.preferences import choice, preference_of
from payouts.schedules import coming_cycles

COMING = 4


class CycleSerializer(serializers.Serializer):
    """`closes_on` is the last UTC day that counts."""

    closes_on = serializers.DateField()
    pay_date = serializers.DateField()


class ScheduleSerializer(serializers.Serializer):
    """What holds for you: `minimum` is your own where `own_minimum` says so, else that of your country's
    terms. Where payouts are not open yet, `schedule` and `minimum` are null and nothing is offered."""

    schedule = serializers.ChoiceField(Schedule.choices, allow_null=True)
    offered = serializers.ListField(child=serializers.ChoiceField(Schedule.choices))
    minimum = MoneySerializer(allow_null=True)
    own_minimum = serializers.BooleanField()
    chosen_at = serializers.DateTimeField(allow_null=True)
    coming = CycleSerializer(many=True, help_text="The next pay days; none where you ask yourself.")


class NewScheduleSerializer(StrictSerializer):
    schedule = serializers.ChoiceField(Schedule.choices)
    minimum = MoneySerializer(
        allow_null=True, help_text="In the currency of your terms. Null: the least that is paid."
    )


class ScheduleView(APIView):
    scope = "payouts"
    permission_classes = CREATORS_ONLY
    problems = {UnableToChoose: (422, "unable_to_choose"), NoRate: (422, "no_rate")}

    @extend_schema(responses=ScheduleSerializer)
    def get(self, request: Request) -> Response:
        """When you are paid and from which amount on, what you may choose, and the next pay days."""
        return self._answer(request, timezone.now())

    @extend_schema(request=NewScheduleSerializer, responses=ScheduleSerializer)
    def put(self, request: Request) -> Response:
        """Choose when to be paid, and from which amount on. It holds from the next pay day on. 422: the terms
        of your country don't allow it."""
        wish, now = NewScheduleSerializer(data=request.data), timezone.now()
        wish.is_valid(raise_exception=True)
        choose(owner=request.user, at=now, **self._told(wish.validated_data, now))
        return self._answer(request, now)

    def _told(self, wish: dict, now: dt.datetime) -> dict:
        minimum = wish["minimum"]
        policy = queries.policy_for(str(self.request.user.country), now)
        if minimum and policy and minimum["currency"] != policy.currency:
            raise serializers.ValidationError({"minimum": [f"Your terms are in {policy.currency}."]})
        return {"schedule": wish["schedule"], "minimum": minimum and minimum["amount"]}

    def _answer(self, request: Request, now: dt.datetime) -> Response:
        policy = queries.policy_for(str(request.user.country), now)
        if policy is None:
            nothing = {"schedule": None, "minimum": None, "own_minimum": False, "chosen_at": None}
            return Response(ScheduleSerializer(nothing | {"offered": [], "coming": []}).data)
        chosen = choice(policy, preference_of(request.user.pk))
        today = now.astimezone(dt.UTC).date()
        facts = {
            "schedule": chosen.schedule,
            "offered": [schedule for schedule in Schedule if schedule in policy.schedules],
            "minimum": {"amount": chosen.minimum, "currency": policy.currency},
            "own_minimum": chosen.own,
            "chosen_at": chosen.set_at,
            "coming": coming_cycles(chosen.schedule, policy, today, COMING),
        }
        return Response(ScheduleSerializer(facts).data)

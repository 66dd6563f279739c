"""What a creator wants a month to bring."""

import datetime as dt

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ledger.creators import CREATORS_ONLY
from ledger.inputs import StrictSerializer
from ledger.shapes import MoneyField, MoneySerializer
from partnerships.income_streams import Stream
from partnerships.operations.goals import UnableToSetGoal, set_goal
from partnerships.queries.goals import goals_of


class GoalSerializer(serializers.Serializer):
    stream = serializers.ChoiceField(Stream.choices)
    goal = MoneyField(amount="amount")


class GoalsSerializer(serializers.Serializer):
    """Streams without a goal are left out."""

    month = serializers.CharField(help_text="As in 2026-03; UTC.")
    goals = GoalSerializer(many=True)


class NewGoalSerializer(StrictSerializer):
    goal = MoneySerializer(help_text="A month; an amount of 0 takes the goal away.")


def _answer(request: Request, now: dt.datetime) -> Response:
    month = now.astimezone(dt.UTC).date().replace(day=1)
    held = goals_of(request.user.pk, month)
    facts = {"month": f"{month:%Y-%m}", "goals": [held[stream] for stream in Stream if stream in held]}
    return Response(GoalsSerializer(facts).data)


class GoalsView(APIView):
    scope = "earnings"
    permission_classes = CREATORS_ONLY

    @extend_schema(responses=GoalsSerializer)
    def get(self, request: Request) -> Response:
        """What you want this month to bring, stream by stream."""
        return _answer(request, timezone.now())


class GoalView(APIView):
    scope = "earnings"
    permission_classes = CREATORS_ONLY
    problems = {UnableToSetGoal: (422, "goal_out_of_range")}

    @extend_schema(request=NewGoalSerializer, responses=GoalsSerializer)
    def put(self, request: Request, stream: str) -> Response:
        """Set what a stream should bring a month, from this one on. Months that have ended keep theirs."""
        if stream not in Stream:
            raise exceptions.NotFound
        wish, now = NewGoalSerializer(data=request.data), timezone.now()
        wish.is_valid(raise_exception=True)
        set_goal(creator=request.user, stream=Stream(stream), at=now, **wish.validated_data["goal"])
        return _answer(request, now)

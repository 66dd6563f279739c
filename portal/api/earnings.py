"""The studio's income over the API: what it adds up to, and the rows behind each figure."""

import datetime as dt
from collections import defaultdict

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from ledger.creators import CREATORS_ONLY
from ledger.inputs import PeriodSerializer
from ledger.shapes import MoneySerializer
from ledger.units import DIAMOND, to_decimal
from partnerships.income_streams import IncomeState, Line, Stream
from portal.api.pagination import DayPages
from portal.queries.income import Earned, earned, months_before
from portal.queries.income_lines import Day, lines_of

FIRST = dt.date(2000, 1, 1)


class EarningsAskedSerializer(PeriodSerializer):
    """The last twelve months of everything, where nothing else is asked for."""

    stream = serializers.MultipleChoiceField(
        choices=Stream.choices, required=False, help_text="Repeat for more."
    )
    state = serializers.ChoiceField(IncomeState.choices, required=False)

    def validate(self, asked: dict) -> dict:
        today = timezone.now().astimezone(dt.UTC).date()
        asked = {"from": months_before(today.replace(day=1), 11), "to": today} | asked
        if asked["from"] < FIRST:
            raise serializers.ValidationError({"from": ["Nothing was earned here before 2000."]})
        return super().validate(asked)


class SumsSerializer(serializers.Serializer):
    """In the reader's base currency; what was taken back stands below zero."""

    pending = MoneySerializer(help_text="Earned, but it may still be corrected or has not been paid.")
    credited = MoneySerializer(help_text="Put on the available balance here.")
    paid = MoneySerializer(help_text="Received elsewhere.")
    total = MoneySerializer()


class StreamSumsSerializer(SumsSerializer):
    stream = serializers.ChoiceField(Stream.choices)


class MonthSumsSerializer(SumsSerializer):
    month = serializers.CharField(help_text="As in 2026-03; UTC.")
    streams = StreamSumsSerializer(many=True)


class EarningsSerializer(SumsSerializer):
    """`unvalued` names units that no rate leads from: they are in no sum, but among the lines."""

    currency = serializers.CharField()
    streams = StreamSumsSerializer(many=True)
    months = MonthSumsSerializer(many=True)
    unvalued = serializers.ListField(child=serializers.CharField())

    def get_fields(self) -> dict:
        """The names are words of Python's."""
        return {"from": serializers.DateField(), "to": serializers.DateField()} | super().get_fields()


class EarningsLineSerializer(serializers.Serializer):
    """In its own unit: `diamonds` or `money`, the other is null."""

    stream = serializers.ChoiceField(Stream.choices)
    state = serializers.ChoiceField(IncomeState.choices)
    label = serializers.CharField()
    diamonds = serializers.CharField(allow_null=True)
    money = MoneySerializer(allow_null=True)
    page = serializers.CharField(help_text="Where the site shows it.")


class EarningsDaySerializer(serializers.Serializer):
    """`worth` is what the lines come to in your base currency, null where one of them has no rate."""

    date = serializers.DateField()
    worth = MoneySerializer(allow_null=True)
    lines = EarningsLineSerializer(many=True)


class _EarningsView(GenericAPIView):
    scope = "earnings"
    permission_classes = CREATORS_ONLY

    def found(self) -> tuple[dict, list[Earned]]:
        told = EarningsAskedSerializer(data=self.request.query_params)
        told.is_valid(raise_exception=True)
        asked, person = told.validated_data, self.request.user
        streams = [stream for stream in Stream if stream in asked["stream"]] or list(Stream)
        days = earned(
            person.pk, since=asked["from"], until=asked["to"], currency=person.base_currency, streams=streams
        )
        return asked, [day for day in days if asked.get("state") in (None, day.state)]


class EarningsView(_EarningsView):
    serializer_class = EarningsSerializer

    @extend_schema(parameters=[EarningsAskedSerializer])
    def get(self, request: Request) -> Response:
        """All income side by side, by month, stream and state. Every sum is one of the lines' sums."""
        asked, days = self.found()
        currency = request.user.base_currency
        valued = [day for day in days if day.worth is not None]
        by_month: dict[str, list[Earned]] = defaultdict(list)
        for day in valued:
            by_month[f"{day.date:%Y-%m}"].append(day)
        body = {
            "currency": currency,
            "from": asked["from"],
            "to": asked["to"],
            **_sums(valued, currency),
            "streams": _by_stream(valued, currency),
            "months": [
                {"month": month, "streams": _by_stream(part, currency), **_sums(part, currency)}
                for month, part in by_month.items()
            ],
            "unvalued": sorted({day.unit for day in days if day.worth is None}),
        }
        return Response(self.get_serializer(body).data)


class EarningsLinesView(_EarningsView):
    serializer_class = EarningsDaySerializer
    pagination_class = DayPages

    @extend_schema(parameters=[EarningsAskedSerializer], responses=EarningsDaySerializer(many=True))
    def get(self, request: Request) -> Response:
        """The rows that the figures are made of, day by day, the newest first."""
        _, days = self.found()
        by_date: dict[dt.date, list[Earned]] = defaultdict(list)
        for day in reversed(days):
            by_date[day.date].append(day)
        page = self.paginator.paginate_queryset(list(by_date), request, self)
        lines = lines_of(request.user.pk, [(date, by_date[date]) for date in page])
        told = self.get_serializer([_told(day, request.user.base_currency) for day in lines], many=True)
        return self.get_paginated_response(told.data)


def _sums(days: list[Earned], currency: str) -> dict:
    parts = {state.value: sum(day.worth or 0 for day in days if day.state == state) for state in IncomeState}
    parts["total"] = sum(parts.values())
    return {name: {"amount": amount, "currency": currency} for name, amount in parts.items()}


def _by_stream(days: list[Earned], currency: str) -> list[dict]:
    parts = {stream: [day for day in days if day.stream == stream] for stream in Stream}
    return [{"stream": stream, **_sums(part, currency)} for stream, part in parts.items() if part]


def _told(day: Day, currency: str) -> dict:
    worth = None if day.worth is None else {"amount": day.worth, "currency": currency}
    return {
        "date": day.date,
        "worth": worth,
        "lines": [_line(stream, line) for stream, line in day.lines],
    }


def _line(stream: Stream, line: Line) -> dict:
    gifts = line.currency == DIAMOND
    return {
        "stream": stream,
        "state": line.state,
        "label": line.label,
        "diamonds": str(to_decimal(line.amount, DIAMOND)) if gifts else None,
        "money": None if gifts else {"amount": line.amount, "currency": line.currency},
        "page": line.url,
    }

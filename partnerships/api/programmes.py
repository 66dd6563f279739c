"""Programmes over the API: creators read them, staff's programs bring metrics."""

from decimal import Decimal

from django.contrib.auth import get_user_model
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ledger.shapes import MoneySerializer
from partnerships.accrual_arithmetic import MICROS
from partnerships.models import Enrolment, Programme, ProgrammeTerms
from partnerships.models.programmes import ProgrammeKind
from partnerships.operations import enrolments
from partnerships.operations.metrics import MOST_VIEWS, Counted, UnableToRecord, record_metrics
from partnerships.operations.programmes import NotPermitted
from partnerships.programme_states import CloseState
from partnerships.queries.programme_pages import card_of, cards_of, months_of
from partnerships.queries.programmes import enrolment_in

MOST_ROWS = 1_000


class RateSerializer(serializers.Serializer):
    country = serializers.CharField(help_text="ISO 3166; empty: all others.")
    per_thousand = serializers.SerializerMethodField(help_text="A decimal of the programme's currency.")

    def get_per_thousand(self, rate) -> str:
        return f"{Decimal(rate.rpm_micros) / MICROS:f}"


class TermsSerializer(serializers.ModelSerializer):
    """What it pays from a UTC day on; caps in the smallest part of the programme's currency."""

    rates = RateSerializer(many=True)

    class Meta:
        model = ProgrammeTerms
        fields = ("effective_date", "share_per_mille", "daily_cap", "monthly_cap", "monthly_budget", "rates")


class CriterionSerializer(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()
    met = serializers.BooleanField()
    have = serializers.IntegerField(allow_null=True)
    need = serializers.IntegerField(allow_null=True)
    next_step = serializers.CharField(allow_blank=True)


class EligibilitySerializer(serializers.Serializer):
    met = serializers.BooleanField()
    percent = serializers.IntegerField()
    criteria = CriterionSerializer(many=True)


class EnrolmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Enrolment
        fields = ("state", "applied_at", "reason")


class ProgrammeSerializer(serializers.Serializer):
    """A programme as it stands for you: `terms` are null before it begins, `enrolment` before you applied."""

    id = serializers.UUIDField(source="programme.id")
    slug = serializers.CharField(source="programme.slug")
    kind = serializers.ChoiceField(ProgrammeKind.choices, source="programme.kind")
    name = serializers.CharField(source="programme.name")
    description = serializers.CharField(source="programme.description")
    currency = serializers.CharField(source="programme.currency")
    terms = TermsSerializer(allow_null=True)
    eligibility = EligibilitySerializer()
    enrolment = EnrolmentSerializer(allow_null=True)


class ProgrammeMonthSerializer(serializers.Serializer):
    month = serializers.DateField(source="first", help_text="Its first day.")
    days = serializers.IntegerField()
    earned = serializers.SerializerMethodField()
    credited = serializers.SerializerMethodField()
    state = serializers.ChoiceField(["counting", *CloseState.values])

    def _money(self, parts: int) -> dict:
        return {"amount": parts, "currency": self.context["currency"]}

    def get_earned(self, month) -> MoneySerializer:
        return self._money(month.amount)

    def get_credited(self, month) -> MoneySerializer:
        return self._money(month.credited)

    def to_representation(self, month) -> dict:
        told = super().to_representation(month)
        return told | {"state": told["state"] or "counting"}


class ProgrammeDetailSerializer(ProgrammeSerializer):
    months = ProgrammeMonthSerializer(many=True)


class MetricSerializer(serializers.Serializer):
    creator = serializers.CharField(max_length=31, help_text="Their handle, with or without its @.")
    date = serializers.DateField(help_text="A UTC day that is over.")
    country = serializers.RegexField(r"^[A-Z]{2}$", help_text="Of the viewers, ISO 3166.")
    views = serializers.IntegerField(min_value=0, max_value=MOST_VIEWS)
    qualified_views = serializers.IntegerField(min_value=0, max_value=MOST_VIEWS)
    ad_revenue = serializers.DecimalField(
        max_digits=18, decimal_places=6, min_value=0, default=Decimal(0),
        help_text="Of the programme's currency, before the creator's share.",
    )  # fmt: skip

    def validate_creator(self, handle: str) -> str:
        return handle.removeprefix("@").lower()


class MetricsSerializer(serializers.Serializer):
    rows = MetricSerializer(many=True, min_length=1, max_length=MOST_ROWS)


class RecordedSerializer(serializers.Serializer):
    changed = serializers.IntegerField(help_text="Rows that said something new.")
    unchanged = serializers.IntegerField()


def _assert_creator(request: Request) -> None:
    if not request.user.is_creator:
        raise exceptions.PermissionDenied("Programmes are for creators.")


class ProgrammesView(generics.ListAPIView):
    """Every programme, with how far you are."""

    scope = "programmes"
    serializer_class = ProgrammeSerializer
    queryset = Programme.objects.all()

    def get_queryset(self):
        _assert_creator(self.request)
        return super().get_queryset()

    def paginate_queryset(self, queryset) -> list:
        page = super().paginate_queryset(queryset)
        return cards_of(self.request.user, page, timezone.now())


class _ProgrammeView(APIView):
    scope = "programmes"
    problems = {
        enrolments.UnknownEnrolment: (404, "not_found"),
        enrolments.NotEligible: (422, "not_eligible"),
        enrolments.WrongState: (409, "wrong_state"),
    }

    def programme(self) -> Programme:
        _assert_creator(self.request)
        return generics.get_object_or_404(Programme, pk=self.kwargs["pk"])

    def detail(self, request: Request, programme: Programme) -> Response:
        mine = enrolment_in(programme.pk, request.user.pk)
        months = ProgrammeMonthSerializer(
            months_of(mine) if mine else [], many=True, context={"currency": programme.currency}
        )
        card = card_of(request.user, programme, mine, timezone.now())
        return Response(ProgrammeSerializer(card).data | {"months": months.data})


class ProgrammeView(_ProgrammeView):
    @extend_schema(responses=ProgrammeDetailSerializer)
    def get(self, request: Request, pk) -> Response:
        """One programme, and what each of your months in it earned."""
        return self.detail(request, self.programme())


class EnrolmentView(_ProgrammeView):
    @extend_schema(request=None, responses=ProgrammeDetailSerializer)
    def put(self, request: Request, pk) -> Response:
        """Ask to take part in a programme. May be repeated."""
        programme = self.programme()
        enrolments.apply(creator=request.user, programme=programme, at=timezone.now())
        return self.detail(request, programme)

    @extend_schema(request=None, responses={200: ProgrammeDetailSerializer})
    def delete(self, request: Request, pk) -> Response:
        """Leave a programme. Today is the last day that counts."""
        programme = self.programme()
        enrolments.leave(creator=request.user, programme=programme, at=timezone.now())
        return self.detail(request, programme)


class MetricsView(APIView):
    scope = "programmes"
    problems = {NotPermitted: (403, "not_permitted"), UnableToRecord: (422, "unable_to_record")}

    @extend_schema(request=MetricsSerializer, responses=RecordedSerializer)
    def post(self, request: Request, pk) -> Response:
        """Bring metrics, all rows or none. For staff who may. A row is its creator, day and
        country; told again the latest word counts, so repeating a request changes nothing."""
        programme = generics.get_object_or_404(Programme, pk=pk)
        told = MetricsSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        rows = told.validated_data["rows"]
        ids = _creator_ids({row["creator"] for row in rows})
        unknown = {
            f"rows.{place}.creator": ["No creator is called that."]
            for place, row in enumerate(rows)
            if row["creator"] not in ids
        }
        if unknown:
            raise serializers.ValidationError(unknown)
        counted = [
            Counted(
                ids[row["creator"]],
                row["date"],
                row["country"],
                row["views"],
                row["qualified_views"],
                int(row["ad_revenue"] * MICROS),
            )
            for row in rows
        ]
        changed = record_metrics(programme=programme, rows=counted, actor=request.user, at=timezone.now())
        return Response({"changed": changed, "unchanged": len(rows) - changed})


def _creator_ids(handles: set[str]) -> dict:
    people = get_user_model().objects.filter(handle__in=handles, is_creator=True)
    return dict(people.values_list("handle", "pk"))

"""Statements over the API: the same text as the files."""

import datetime as dt

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, generics, serializers
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ledger.files import CsvRenderer, PdfRenderer
from ledger.units import to_decimal
from payouts.models import Statement
from payouts.pdfs import statement_pdf
from payouts.queries.statements import sealed_as, statement_of, statements_of
from payouts.statement_text import BALANCE, PLACES, Part, read

SEAL = OpenApiParameter("seal", {"type": "string", "pattern": "^[0-9A-Fa-f]{64}$"}, OpenApiParameter.PATH)


class StatementSerializer(serializers.ModelSerializer):
    month = serializers.CharField(source="__str__", help_text="As in 2026-03.")

    class Meta:
        model = Statement
        fields = ("month", "first_date", "until_date", "sealed_at", "seal")


class AmountsSerializer(serializers.Serializer):
    """Decimals of the account's unit; only `total` where it is about payouts."""

    pending = serializers.CharField(required=False)
    available = serializers.CharField(required=False)
    held = serializers.CharField(required=False)
    owed = serializers.CharField(required=False)
    total = serializers.CharField()


class StatementLineSerializer(AmountsSerializer):
    date = serializers.DateField()
    what = serializers.CharField()
    reference = serializers.CharField(allow_blank=True)
    count = serializers.IntegerField()


class StatementPartSerializer(serializers.Serializer):
    account = serializers.ChoiceField(choices=["balance", "payouts"])
    unit = serializers.CharField()
    opening = AmountsSerializer()
    lines = StatementLineSerializer(many=True)
    closing = AmountsSerializer()


class StatementDetailSerializer(StatementSerializer):
    parts = StatementPartSerializer(many=True)

    class Meta(StatementSerializer.Meta):
        fields = (*StatementSerializer.Meta.fields, "parts")


class SealedPartSerializer(serializers.Serializer):
    account = serializers.ChoiceField(choices=["balance", "payouts"])
    unit = serializers.CharField()
    closing = AmountsSerializer()


class StatementSealSerializer(StatementSerializer):
    """Whose month it is and how it closed, to be compared with the paper at hand."""

    handle = serializers.CharField(source="creator.handle")
    display_name = serializers.CharField(source="creator.display_name")
    parts = SealedPartSerializer(many=True)

    class Meta(StatementSerializer.Meta):
        fields = (*StatementSerializer.Meta.fields, "handle", "display_name", "parts")


class Damaged(exceptions.APIException):
    status_code, default_code = 409, "damaged"
    default_detail = "The text of this statement is no longer the one that was sealed. Please write to us."


class Statements(generics.ListAPIView):
    """Your sealed months, newest first."""

    scope = "payouts"
    serializer_class = StatementSerializer

    def get_queryset(self):
        return statements_of(self.request.user.pk)


class OneStatement(APIView):
    """One month with its lines: opening, lines and closing of each account add up."""

    scope = "payouts"

    @extend_schema(responses=StatementDetailSerializer)
    def get(self, request: Request, first: dt.date) -> Response:
        found = generics.get_object_or_404(statement_of(request.user.pk, first))
        found.parts = [_told(part) for part in read(found.content)[1]]
        return Response(StatementDetailSerializer(found).data)


class StatementFile(APIView):
    """The CSV text whose SHA-256 is the seal."""

    scope = "payouts"
    renderer_classes = (JSONRenderer, CsvRenderer)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, request: Request, first: dt.date) -> HttpResponse:
        found = generics.get_object_or_404(statement_of(request.user.pk, first))
        return HttpResponse(found.content.encode(), content_type="text/csv; charset=utf-8")


class StatementPdf(APIView):
    """One month as a PDF, with its seal."""

    scope = "payouts"
    renderer_classes = (JSONRenderer, PdfRenderer)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, first: dt.date) -> HttpResponse:
        found = generics.get_object_or_404(statement_of(request.user.pk, first))
        return HttpResponse(statement_pdf(found), content_type="application/pdf")


class StatementSeal(APIView):
    """Check the seal of a statement that you were given. It is the 64 letters and digits at the end of the
    PDF, or the SHA-256 of the CSV. Nobody needs a key for it. 404: we set no such seal."""

    permission_classes = (AllowAny,)
    problems = {Damaged: (409, Damaged.default_code)}

    @extend_schema(responses=StatementSealSerializer, parameters=[SEAL])
    def get(self, request: Request, seal: str) -> Response:
        found = sealed_as(seal)
        if found is None:
            raise exceptions.NotFound(
                "We set no such seal: it was copied wrong, or the statement was changed."
            )
        if not found.genuine:
            raise Damaged
        found.parts = [_told(part) for part in read(found.content)[1]]
        return Response(StatementSealSerializer(found).data)


def _told(part: Part) -> dict:
    return {
        "account": part.account,
        "unit": part.unit,
        "opening": _amounts(part, part.opening),
        "lines": [
            {"date": line.date, "what": line.what, "reference": line.reference, "count": line.count}
            | _amounts(part, line.places or (line.total,))
            for line in part.lines
        ],
        "closing": _amounts(part, part.closing),
    }


def _amounts(part: Part, numbers: tuple[int, ...]) -> dict[str, str]:
    names = PLACES if part.account == BALANCE else ()
    columns = dict(zip(names, numbers, strict=False)) | {"total": sum(numbers)}
    return {name: f"{to_decimal(parts, part.unit):f}" for name, parts in columns.items()}

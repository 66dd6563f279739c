"""What was paid in a year over the API, as tax offices are told."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ledger.shapes import MoneyField
from payouts.queries.tax_years import tax_years_of, year_totals


class TaxYearsSerializer(serializers.Serializer):
    years = serializers.ListField(child=serializers.IntegerField(), help_text="Latest first.")


class TaxTotalsSerializer(serializers.Serializer):
    """In the currency of the payouts: `gross` less `fees` and `tax` is `net`. What came back is taken off on
    its day, and may leave less than nothing."""

    payouts = serializers.IntegerField()
    gross = MoneyField()
    fees = MoneyField()
    tax = MoneyField(help_text="Withheld.")
    net = MoneyField(help_text="Paid to you.")


class TaxQuarterSerializer(TaxTotalsSerializer):
    quarter = serializers.IntegerField(min_value=1, max_value=4)


class TaxYearSerializer(serializers.Serializer):
    year = serializers.IntegerField()
    quarters = TaxQuarterSerializer(many=True, help_text="By quarter (UTC) and currency.")
    totals = TaxTotalsSerializer(many=True, source="years", help_text="The whole year by currency.")


class TaxYears(APIView):
    """The years in which something was paid to you, or came back."""

    scope = "payouts"

    @extend_schema(operation_id="tax_years_list", responses=TaxYearsSerializer)
    def get(self, request: Request) -> Response:
        return Response({"years": tax_years_of(request.user.pk)})


class TaxYear(APIView):
    """What was paid to you in a year, less what came back, as tax offices are told."""

    scope = "payouts"

    @extend_schema(responses=TaxYearSerializer)
    def get(self, request: Request, year: int) -> Response:
        if year not in tax_years_of(request.user.pk):
            raise NotFound
        return Response(TaxYearSerializer(year_totals(request.user.pk, year)).data)

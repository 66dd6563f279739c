"""Invoices to brands: how they are written in JSON, and their list."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from ledger.creators import CREATORS_ONLY
from ledger.shapes import MoneyField
from partnerships.deal_states import InvoiceState
from partnerships.models import Invoice, InvoiceLine, InvoicePayment
from partnerships.queries.deal_invoices import AGES, filtered


class InvoiceSerializer(serializers.ModelSerializer):
    """`gross` is `net` and `tax`; a credit note's amounts are below zero, `credits` its invoice."""

    number = serializers.CharField(source="name", help_text="“Draft” before it is issued.")
    brand = serializers.CharField(source="brand.name")
    net = MoneyField()
    tax = MoneyField()
    gross = MoneyField()
    paid = MoneyField()
    open = MoneyField(help_text="Still to be paid, tax included.")

    class Meta:
        model = Invoice
        fields = (
            "id", "number", "deal", "brand", "state", "credits", "issue_date", "due_date", "tax_percent",
            "net", "tax", "gross", "paid", "open", "reference",
        )  # fmt: skip


class InvoiceLineSerializer(serializers.ModelSerializer):
    unit_price = MoneyField(currency="invoice.currency")
    amount = MoneyField(currency="invoice.currency")

    class Meta:
        model = InvoiceLine
        fields = ("text", "quantity", "unit_price", "amount")


class InvoicePaymentSerializer(serializers.ModelSerializer):
    amount = MoneyField(currency="invoice.currency", help_text="Below zero where one is taken back.")

    class Meta:
        model = InvoicePayment
        fields = ("id", "amount", "paid_date", "reference", "takes_back")


class InvoiceDetailSerializer(InvoiceSerializer):
    lines = InvoiceLineSerializer(many=True)
    payments = InvoicePaymentSerializer(many=True)

    class Meta(InvoiceSerializer.Meta):
        fields = (*InvoiceSerializer.Meta.fields, "lines", "payments")


class InvoicesAskedSerializer(serializers.Serializer):
    state = serializers.ChoiceField(InvoiceState.choices, required=False)
    age = serializers.ChoiceField(
        list(AGES), required=False, help_text="Days by which what is open is overdue."
    )
    deal = serializers.UUIDField(required=False)


class NewestInvoiceFirst(api_settings.DEFAULT_PAGINATION_CLASS):
    ordering = ("-made_at", "-id")


class InvoicesView(generics.ListAPIView):
    scope = "deals"
    permission_classes = CREATORS_ONLY
    serializer_class = InvoiceSerializer
    pagination_class = NewestInvoiceFirst
    queryset = Invoice.objects.none()

    def get_queryset(self):
        told = InvoicesAskedSerializer(data=self.request.query_params)
        told.is_valid(raise_exception=True)
        asked = dict(told.validated_data)
        deal = {"deal_id": asked.pop("deal")} if "deal" in asked else {}
        return filtered(self.request.user.pk, timezone.localdate(), **asked).filter(**deal)

    @extend_schema(parameters=[InvoicesAskedSerializer])
    def get(self, request: Request) -> Response:
        """Your invoices to brands, the newest first."""
        return self.list(request)

"""Self-billing invoices over the API."""

import uuid

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from ledger.files import PdfRenderer
from ledger.shapes import MoneyField
from payouts.models import SelfBillingInvoice
from payouts.pdfs import invoice_pdf
from payouts.queries.statements import invoices_of


class SelfBillingInvoiceSerializer(serializers.ModelSerializer):
    """`credits` is the invoice that this one takes back: its `amount` is below zero then."""

    number = serializers.CharField(source="name", help_text="As it is written, without gaps in your series.")
    amount = MoneyField(help_text="The payout's gross.")
    payout = serializers.UUIDField(source="payout_id")
    payout_reference = serializers.CharField(source="payout.reference")
    credits = serializers.UUIDField(source="credits_id", allow_null=True)

    class Meta:
        model = SelfBillingInvoice
        fields = ("id", "number", "issued_at", "amount", "payout", "payout_reference", "credits")


class SelfBillingInvoices(generics.ListAPIView):
    """What was invoiced in your name for each payout that was paid, newest first."""

    scope = "payouts"
    serializer_class = SelfBillingInvoiceSerializer

    def get_queryset(self):
        return invoices_of(self.request.user.pk)


class SelfBillingInvoicePdf(APIView):
    """One invoice as a PDF."""

    scope = "payouts"
    renderer_classes = (JSONRenderer, PdfRenderer)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        mine = invoices_of(request.user.pk).select_related("payout__creator", "payout__policy")
        found = generics.get_object_or_404(mine, pk=pk)
        return HttpResponse(invoice_pdf(found), content_type="application/pdf")

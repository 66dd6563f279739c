"""Writing invoices to brands: drafts, numbers, payments."""

import uuid
from decimal import Decimal

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ledger.creators import CREATORS_ONLY
from ledger.files import PdfRenderer
from ledger.idempotency import IDEMPOTENCY_KEY, id_for_key
from ledger.inputs import StrictSerializer
from ledger.operations import IdempotencyConflict
from ledger.paper import printable
from ledger.shapes import MoneySerializer
from partnerships.api.deal_invoices import InvoiceDetailSerializer
from partnerships.invoice_pdf import invoice_pdf
from partnerships.models import BrandDeal, Invoice
from partnerships.operations import deal_invoices as operations
from partnerships.operations import deal_payments as payments
from partnerships.operations.deal_moves import UnknownDeal
from partnerships.queries.deal_invoices import invoices_of
from partnerships.queries.deals import deals_of

_PERCENT = {"max_digits": 5, "decimal_places": 2, "min_value": Decimal(0), "max_value": Decimal(100)}


class OwnMoneySerializer(MoneySerializer):
    """In the currency of the context's `deal`."""

    def validate_currency(self, value: str) -> str:
        expected = self.context["deal"].currency
        if value != expected:
            raise serializers.ValidationError(f"This deal is in {expected}.")
        return value


class NewInvoiceLineSerializer(StrictSerializer):
    text = serializers.CharField(max_length=200)
    quantity = serializers.IntegerField(default=1, min_value=1, max_value=10_000)
    unit_price = OwnMoneySerializer(help_text="Without tax, in the deal's currency.")


class NewInvoiceSerializer(StrictSerializer):
    """Each of the `milestones` becomes a line; `lines` are those beside them."""

    milestones = serializers.ListField(
        child=serializers.UUIDField(), default=list, max_length=operations.MOST_LINES
    )
    lines = NewInvoiceLineSerializer(many=True, default=list, max_length=operations.MOST_LINES)
    tax_percent = serializers.DecimalField(
        **_PERCENT, required=False, help_text="Left out: as your `invoice-series` says."
    )
    due_date = serializers.DateField(
        default=None, allow_null=True, help_text="Null: so many days after it is issued as your series says."
    )
    reference = serializers.CharField(
        default="", allow_blank=True, max_length=80, help_text="The brand's, such as a purchase order."
    )


class NewPaymentSerializer(StrictSerializer):
    amount = OwnMoneySerializer(help_text="What came, tax included.")
    paid_date = serializers.DateField()
    reference = serializers.CharField(default="", allow_blank=True, max_length=140)


class ReasonSerializer(StrictSerializer):
    reason = serializers.CharField(default="", allow_blank=True, max_length=80)


class InvoiceSeriesSerializer(StrictSerializer):
    """What stands on your invoices. `last` counts the numbers that were taken: once there is one, `prefix`
    stays."""

    prefix = serializers.RegexField(r"^[A-Z0-9]{1,10}$")
    seller_name = serializers.CharField(max_length=140, validators=[printable])
    seller_address = serializers.CharField(max_length=500, validators=[printable])
    tax_number = serializers.CharField(default="", allow_blank=True, max_length=60)
    payment_details = serializers.CharField(
        default="", allow_blank=True, max_length=500, help_text="How to pay you, such as your IBAN."
    )
    payment_days = serializers.IntegerField(min_value=0, max_value=365)
    tax_percent = serializers.DecimalField(**_PERCENT)
    footer = serializers.CharField(default="", allow_blank=True, max_length=300)
    last = serializers.IntegerField(read_only=True)


class _InvoicingView(APIView):
    scope = "deals"
    permission_classes = CREATORS_ONLY
    problems = {
        UnknownDeal: (404, "not_found"),
        operations.UnableToInvoice: (422, "unable_to_invoice"),
        IdempotencyConflict: (409, "idempotency_conflict"),
    }

    def invoice(self, pk: uuid.UUID) -> Invoice:
        return generics.get_object_or_404(invoices_of(self.request.user.pk), pk=pk)

    def detail(self, pk: uuid.UUID, status: int = 200) -> Response:
        return Response(InvoiceDetailSerializer(self.invoice(pk)).data, status)

    def told(self, deal: BrandDeal) -> dict:
        """What a draft is about. Raises ValidationError."""
        wish = NewInvoiceSerializer(data=self.request.data, context={"deal": deal})
        wish.is_valid(raise_exception=True)
        facts = dict(wish.validated_data)
        asked = deal.milestones.filter(pk__in=facts["milestones"]).order_by("due_date", "id")
        beside = [
            operations.Line(**line | {"unit_price": line["unit_price"]["amount"]}) for line in facts["lines"]
        ]
        facts.setdefault("tax_percent", Decimal(operations.series_of(self.request.user).tax_percent))
        return facts | {"lines": [*operations.lines_for(asked), *beside]}

    def reason(self) -> str:
        wish = ReasonSerializer(data=self.request.data)
        wish.is_valid(raise_exception=True)
        return wish.validated_data["reason"]


class DraftInvoiceView(_InvoicingView):
    @extend_schema(
        request=NewInvoiceSerializer, responses={201: InvoiceDetailSerializer}, parameters=[IDEMPOTENCY_KEY]
    )
    def post(self, request: Request, deal_id: uuid.UUID) -> Response:
        """Draft an invoice for a deal. It has no number before it is issued. The same key and amounts return
        the first."""
        key = id_for_key(request)
        deal = generics.get_object_or_404(deals_of(request.user.pk), pk=deal_id)
        operations.draft_invoice(
            creator=request.user, deal_id=deal_id, key=key, at=timezone.now(), **self.told(deal)
        )
        return self.detail(key, 201)


class InvoiceView(_InvoicingView):
    @extend_schema(responses=InvoiceDetailSerializer)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """One invoice with its lines and payments."""
        return self.detail(pk)

    @extend_schema(request=NewInvoiceSerializer, responses=InvoiceDetailSerializer)
    def put(self, request: Request, pk: uuid.UUID) -> Response:
        """Write a draft anew. 422: it is issued, and stays."""
        deal = self.invoice(pk).deal
        operations.change_draft(creator=request.user, invoice_id=pk, at=timezone.now(), **self.told(deal))
        return self.detail(pk)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        """Throw a draft away. 422: it is issued, and stays."""
        operations.discard_draft(creator=request.user, invoice_id=pk)
        return Response(status=204)


class IssueInvoiceView(_InvoicingView):
    @extend_schema(request=None, responses=InvoiceDetailSerializer)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Issue a draft. It takes your next number and stays as it is. May be repeated. 422: `no_seller`,
        `due_before`."""
        operations.issue_invoice(creator=request.user, invoice_id=pk, at=timezone.now())
        return self.detail(pk)


class CancelInvoiceView(_InvoicingView):
    @extend_schema(request=ReasonSerializer, responses=InvoiceDetailSerializer)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Cancel an issued invoice by a credit note. The answer is the note; the same again returns the
        first. 422: `paid`, `wrong_state`."""
        note = operations.cancel_invoice(
            creator=request.user, invoice_id=pk, at=timezone.now(), reason=self.reason()
        )
        return self.detail(note.pk)


class WriteOffInvoiceView(_InvoicingView):
    @extend_schema(request=ReasonSerializer, responses=InvoiceDetailSerializer)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Write off what is open of an invoice: it won't come. May be repeated."""
        operations.write_off(creator=request.user, invoice_id=pk, at=timezone.now(), reason=self.reason())
        return self.detail(pk)


class InvoicePaymentsView(_InvoicingView):
    @extend_schema(
        request=NewPaymentSerializer, responses={201: InvoiceDetailSerializer}, parameters=[IDEMPOTENCY_KEY]
    )
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Record what a brand paid. The same key and payment are recorded once. 422: `not_open`,
        `more_than_open`, `in_the_future`."""
        key = id_for_key(request)
        wish = NewPaymentSerializer(data=request.data, context={"deal": self.invoice(pk).deal})
        wish.is_valid(raise_exception=True)
        facts = wish.validated_data | {"amount": wish.validated_data["amount"]["amount"]}
        payments.record_payment(
            creator=request.user, invoice_id=pk, key=key, at=timezone.now(), **facts
        )  # fmt: skip
        return self.detail(pk, 201)


class TakeBackPaymentView(_InvoicingView):
    @extend_schema(request=None, responses=InvoiceDetailSerializer)
    def post(self, request: Request, pk: uuid.UUID, payment_id: uuid.UUID) -> Response:
        """Take a payment back that was written down wrongly, by another one below zero. May be repeated."""
        generics.get_object_or_404(self.invoice(pk).payments, pk=payment_id)
        payments.take_back_payment(creator=request.user, payment_id=payment_id, at=timezone.now())
        return self.detail(pk)


class InvoicePdfView(_InvoicingView):
    renderer_classes = (JSONRenderer, PdfRenderer)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: uuid.UUID) -> HttpResponse:
        """One invoice as the brand gets it."""
        return HttpResponse(invoice_pdf(self.invoice(pk)), content_type="application/pdf")


class InvoiceSeriesView(_InvoicingView):
    @extend_schema(responses=InvoiceSeriesSerializer)
    def get(self, request: Request) -> Response:
        """What stands on your invoices."""
        return Response(InvoiceSeriesSerializer(operations.series_of(request.user)).data)

    @extend_schema(request=InvoiceSeriesSerializer, responses=InvoiceSeriesSerializer)
    def put(self, request: Request) -> Response:
        """Say what stands on your invoices from now on. 422: `prefix_in_use`."""
        wish = InvoiceSeriesSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        kept = operations.save_series(creator=request.user, **wish.validated_data)
        return Response(InvoiceSeriesSerializer(kept).data)

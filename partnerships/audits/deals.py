"""Compares invoices to brands with their numbers, lines and payments. `audit_books` runs it."""

from django.db.models import BigIntegerField, Count, F, Max, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from ledger.queries import Finding
from partnerships.models import Invoice, InvoiceLine, InvoicePayment, InvoiceSeries


def audit_deal_invoices() -> list[Finding]:
    numbered = (
        Invoice.objects.filter(creator=OuterRef("creator"), number__isnull=False).order_by().values("creator")
    )
    gaps = InvoiceSeries.objects.annotate(
        count=Coalesce(Subquery(numbered.annotate(n=Count("pk")).values("n")), 0),
        highest=Coalesce(Subquery(numbered.annotate(n=Max("number")).values("n")), 0),
    ).exclude(last=F("count"), highest=F("last"))
    rows = Invoice.objects.annotate(
        came=_sum(InvoicePayment, "amount"),
        came_net=_sum(InvoicePayment, "net"),
        asked=_sum(InvoiceLine, "amount"),
    )
    wrong_notes = Invoice.objects.filter(credits__isnull=False).exclude(
        gross=-F("credits__gross"), net=-F("credits__net"), currency=F("credits__currency"),
        creator=F("credits__creator"), credits__state="cancelled",
    )  # fmt: skip
    uncredited = Invoice.objects.filter(state="cancelled", credited_by=None)
    return [
        *(Finding("brands' invoice numbers have no gaps", str(series.creator_id)) for series in gaps),
        *(
            Finding("a brand's payments add up", str(invoice.pk))
            for invoice in rows.exclude(paid=F("came"), paid_net=F("came_net"))
        ),
        *(
            Finding("the lines of a brand's invoice add up", str(invoice.pk))
            for invoice in rows.filter(credits=None).exclude(net=F("asked"))
        ),
        *(
            Finding("a cancelled invoice of a brand has its credit note", str(invoice.pk))
            for invoice in (*wrong_notes, *uncredited)
        ),
    ]


def _sum(model, column: str) -> Coalesce:
    rows = model.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice")
    return Coalesce(Subquery(rows.annotate(n=Sum(column)).values("n")), 0, output_field=BigIntegerField())

"""Compares invoices with payouts. `audit_books` runs it through `settings.LEDGER_AUDITS`."""

from django.db.models import Count, F, Max, Q

from ledger.queries import Finding
from payouts.models import InvoiceSeries, PayoutRequest, SelfBillingInvoice


def audit_invoices() -> list[Finding]:
    gaps = InvoiceSeries.objects.annotate(count=Count("invoices"), highest=Max("invoices__number"))
    gaps = gaps.exclude(last=F("count"), highest=F("last"))
    invoiced = Count("invoices", filter=Q(invoices__credits=None))
    credited = Count("invoices", filter=Q(invoices__credits__isnull=False))
    payouts = PayoutRequest.objects.annotate(invoiced=invoiced, credited=credited)
    agrees = (
        Q(settlement_entry=None, invoiced=0, credited=0)
        | Q(settlement_entry__isnull=False, reversal_entry=None, invoiced=1, credited=0)
        | Q(reversal_entry__isnull=False, invoiced=1, credited=1)
    )
    foreign = SelfBillingInvoice.objects.exclude(payout__creator=F("series__creator")) | (
        SelfBillingInvoice.objects.filter(credits=None).exclude(
            amount=F("payout__gross"), currency=F("payout__currency")
        )
    )
    wrong_credit = SelfBillingInvoice.objects.filter(credits__isnull=False).exclude(
        payout=F("credits__payout"), currency=F("credits__currency"), amount=-F("credits__amount")
    )
    return [
        *(Finding("invoice numbers have no gaps", series.prefix) for series in gaps),
        *(
            Finding("what was paid is invoiced, and credited if it came back", payout.reference)
            for payout in payouts.exclude(agrees)
        ),
        *(
            Finding("an invoice is about its payout", invoice.name)
            for invoice in (foreign | wrong_credit).select_related("series")
        ),
    ]

"""Writes the invoice of each payout that was paid, in its creator's name, and credits it if the money comes
back. The number is taken in the transaction that pays or returns, so that the series has no gaps."""

import datetime as dt

from django.conf import settings

from payouts.models import InvoiceSeries, PayoutRequest, SelfBillingInvoice
from payouts.queries.identity import standing


def issue(payout: PayoutRequest, *, at: dt.datetime) -> SelfBillingInvoice:
    """Within the transaction that settles it, whose caller holds the payout's row."""
    creator = payout.creator
    return _numbered(
        payout,
        at,
        amount=payout.gross,
        supplier_name=creator.display_name,
        supplier_country=str(creator.country),
        identity=standing(creator.pk, at).verified,
        customer_name=settings.SELLER_NAME,
        customer_details=settings.SELLER_DETAILS,
    )


def credit(payout: PayoutRequest, *, at: dt.datetime) -> SelfBillingInvoice:
    """Within the transaction that returns it. Names and amount are those of the invoice that it credits."""
    invoice = payout.invoices.get(credits=None)
    same = ("supplier_name", "supplier_country", "identity", "customer_name", "customer_details")
    facts = {name: getattr(invoice, name) for name in same}
    return _numbered(payout, at, amount=-invoice.amount, credits=invoice, **facts)


def _numbered(payout: PayoutRequest, at: dt.datetime, **facts) -> SelfBillingInvoice:
    InvoiceSeries.objects.get_or_create(creator_id=payout.creator_id)
    series = InvoiceSeries.objects.select_for_update().get(creator_id=payout.creator_id)
    series.last += 1
    series.save(update_fields=["last"])
    return SelfBillingInvoice.objects.create(
        series=series, number=series.last, payout=payout, currency=payout.currency, issued_at=at, **facts
    )

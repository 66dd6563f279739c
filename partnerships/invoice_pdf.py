"""Invoices to brands as PDF, in their creator's formats."""

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format, number_format

from ledger import paper
from ledger.units import format_amount
from partnerships.models import Invoice


def invoice_pdf(invoice: Invoice) -> bytes:
    """Of an issued one, or of a draft, which says so."""
    with translation.override(invoice.creator.language):
        title = "Credit note" if invoice.credits_id else "Invoice"
        if not invoice.number:
            title = "Draft of an invoice: not to be paid"
        pdf = paper.sheet(title=f"{title} {invoice.name}", author=settings.SITE_NAME, at=invoice.made_at)
        paper.head(pdf, name=invoice.seller_name or " ", details=invoice.seller_details, title=title)
        told = [("Number", invoice.name)]
        if invoice.credits_id:
            told.append(("Takes back", invoice.credits.name))
        if invoice.issue_date:
            told.append(("Date", date_format(invoice.issue_date)))
        if invoice.due_date and not invoice.credits_id:
            told.append(("Due", date_format(invoice.due_date)))
        customer = f"{invoice.customer_name or invoice.brand.name}\n{invoice.customer_details}".strip()
        told.append(("To", customer))
        if invoice.reference:
            told.append(("Reason" if invoice.credits_id else "Your reference", invoice.reference))
        paper.facts(pdf, told)
        pdf.ln(6)
        paper.facts(pdf, [*_lines(invoice), *_totals(invoice)], bold="Total", label_width=110)
        if invoice.payment_details and not invoice.credits_id:
            paper.note(pdf, f"Please pay to\n{invoice.payment_details}")
        if invoice.footer:
            paper.note(pdf, invoice.footer)
    return bytes(pdf.output())


def _lines(invoice: Invoice) -> list[tuple[str, str]]:
    told = []
    for line in invoice.lines.all():
        price = _shown(line.unit_price, invoice.currency)
        what = line.text if line.quantity == 1 else f"{paper.apart(line.text)} ({line.quantity} × {price})"
        told.append((what, _shown(line.amount, invoice.currency)))
    return told


def _totals(invoice: Invoice) -> list[tuple[str, str]]:
    percent = number_format(invoice.tax_percent.normalize(), use_l10n=True)
    return [
        ("Net", _shown(invoice.net, invoice.currency)),
        (f"Tax, {percent} %", _shown(invoice.tax, invoice.currency)),
        ("Total", _shown(invoice.gross, invoice.currency)),
    ]


def _shown(parts: int, unit: str) -> str:
    return format_amount(parts, unit, translation.get_language() or "en")

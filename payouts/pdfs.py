"""Statements and invoices as PDF, in the creator's formats."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from ledger import paper
from ledger.units import format_amount, format_number
from payouts import quotes
from payouts.models import SelfBillingInvoice, Statement
from payouts.statement_text import BALANCE, Part, read

WIDTHS = {True: (20, 32, 27, 19, 19, 19, 17, 21), False: (20, 80, 40, 34)}
"""Of the columns of balances and of payouts, in millimetres."""


def statement_pdf(statement: Statement) -> bytes:
    """All that the sealed text says, with the seal and where to check it."""
    creator = statement.creator
    with translation.override(creator.language):
        facts, parts = read(statement.content)
        month = date_format(statement.first_date, "YEAR_MONTH_FORMAT")
        pdf = paper.sheet(title=f"Statement {statement}", author=settings.SELLER_NAME, at=statement.sealed_at)
        paper.head(
            pdf,
            name=settings.SELLER_NAME,
            details=settings.SELLER_DETAILS,
            title=f"Statement for {month}",
        )
        told = [
            ("Creator", f"{creator.display_name} ({facts['Creator']})"),
            (
                "Days",
                f"{_day(statement.first_date)} – {_day(statement.last_date)}, UTC",
            ),
            ("Sealed on", _day(statement.sealed_at)),
        ]
        paper.facts(pdf, told)
        for part in parts:
            _part(pdf, part)
        address = settings.SITE_URL + reverse("payouts:verify")
        paper.note(
            pdf,
            f"Seal: {statement.seal}\nIt is the SHA-256 of this statement's CSV file. Whether it is genuine, "
            f"and what it says, shows at {address}",
        )
    return bytes(pdf.output())


def _part(pdf, part: Part) -> None:
    from fpdf.fonts import FontFace  # a second that only papers need

    balance = part.account == BALANCE
    title = f"Balances in {part.unit.lower() + 's' if part.unit == 'DIAMOND' else part.unit}"
    pdf.ln(8)
    pdf.set_text_color(paper.BLACK)
    pdf.set_font("Roboto", "B", 12)
    pdf.cell(0, 8, title if balance else f"Payouts in {part.unit}", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Roboto", "", 8)
    pdf.set_draw_color(paper.RULE)
    columns = ("Pending", "Available", "Held", "Owed", "Total") if balance else ("Amount",)
    words = ("LEFT",) * 3
    rows = [["", "Opening", "", *_numbers(part, part.opening)]] if balance else []
    for line in part.lines:
        what = f"{line.what} ({line.count})" if line.count > 1 else line.what
        rows.append([line.date, what, line.reference, *_numbers(part, line.places or (line.total,))])
    last = ["", "Closing" if balance else "Paid to you", "", *_numbers(part, part.closing)]
    with pdf.table(
        col_widths=WIDTHS[balance],
        text_align=(*words, *("RIGHT",) * len(columns)),
        borders_layout="HORIZONTAL_LINES",
        line_height=5,
        headings_style=FontFace(emphasis="BOLD"),
    ) as table:
        table.row(("Date", "What", "Reference", *columns))
        for row in rows:
            table.row([paper.written(pdf, cell) for cell in row])
        table.row(last, style=FontFace(emphasis="BOLD"))


def _numbers(part: Part, numbers: tuple[int, ...]) -> list[str]:
    shown = (*numbers, sum(numbers)) if part.account == BALANCE else numbers
    return [format_number(parts, part.unit, _language()) for parts in shown]


def invoice_pdf(invoice: SelfBillingInvoice) -> bytes:
    creator = invoice.payout.creator
    with translation.override(creator.language):
        credit = invoice.credits is not None
        title = "Self-billing credit note" if credit else "Self-billing invoice"
        pdf = paper.sheet(title=f"{title} {invoice.name}", author=settings.SELLER_NAME, at=invoice.issued_at)
        paper.head(pdf, name=invoice.customer_name, details=invoice.customer_details, title=title)
        told = [
            ("Number", invoice.name),
            ("Date", _day(invoice.issued_at)),
            ("Supplier", invoice.supplier),
            ("Customer", invoice.customer_name),
            ("For", f"Live and digital content, payout {invoice.payout.reference}"),
        ]
        if credit:
            told.append(("Credits", invoice.credits.name))
        paper.facts(pdf, [*told, ("Amount", _shown(invoice.amount, invoice.currency))], bold="Amount")
        sign = -1 if credit else 1
        pdf.ln(6)
        lines = [
            (line.label, _shown(sign * line.amount, invoice.currency))
            for line in quotes.lines(invoice.payout)
        ]
        paper.facts(pdf, lines, bold=lines[-1][0])
        paper.note(
            pdf,
            "Self-billing: the customer writes this invoice in the supplier's name and on their behalf. "
            "Value added tax is not shown: a supplier who owes it tells us their number.",
        )
    return bytes(pdf.output())


def _shown(parts: int, unit: str) -> str:
    return format_amount(parts, unit, _language())


def _day(moment: dt.date | dt.datetime) -> str:
    day = moment.astimezone(dt.UTC).date() if isinstance(moment, dt.datetime) else moment
    return date_format(day)


def _language() -> str:
    return translation.get_language() or "en"

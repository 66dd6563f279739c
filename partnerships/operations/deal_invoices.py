"""A creator's invoices to brands. A draft may change; what was issued has a number and stays as it is, and is
cancelled by a credit note with the next one."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.db.models import F

from ledger.operations import IdempotencyConflict
from ledger.units import LARGEST
from partnerships.deal_states import INVOICE_MOVES, Stage
from partnerships.deal_states import InvoiceState as State
from partnerships.income_streams import Stream
from partnerships.models import BrandDeal, Invoice, InvoiceLine, InvoiceSeries, Milestone
from partnerships.operations import income
from partnerships.operations.deal_moves import UnknownDeal, follow_invoices, locked, tell

MOST_LINES = 30


class UnableToInvoice(ValueError):
    """`code` names why; `field` the one that is wrong, or nothing."""

    def __init__(self, code: str, words: str, field: str = "") -> None:
        super().__init__(words)
        self.code, self.field = code, field


@dataclass(frozen=True, kw_only=True)
class Line:
    """`unit_price` is without tax, in the smallest part of the invoice's currency."""

    text: str
    unit_price: int
    quantity: int = 1

    @property
    def amount(self) -> int:
        return self.quantity * self.unit_price


def lines_for(milestones: Iterable[Milestone]) -> list[Line]:
    """What asks for them."""
    return [Line(text=each.title, unit_price=each.amount) for each in milestones]


def tax_of(net: int, percent: Decimal) -> int:
    """Rounded half up, once for the whole invoice."""
    return int((net * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))


def series_of(creator) -> InvoiceSeries:
    """What stands on the creator's invoices; with what the profile says where nothing was said yet."""
    letters = "".join(sign for sign in (creator.handle or "") if sign.isalnum() and sign.isascii())
    return InvoiceSeries.objects.get_or_create(
        creator=creator,
        defaults={"prefix": letters[:10].upper() or "INV", "seller_name": creator.display_name},
    )[0]


@transaction.atomic
def save_series(*, creator, prefix: str, **facts) -> InvoiceSeries:
    """Raises UnableToInvoice."""
    series_of(creator)
    series = InvoiceSeries.objects.select_for_update().get(creator=creator)
    if series.last and prefix != series.prefix:
        raise UnableToInvoice(
            "prefix_in_use", f"{series.last} of your numbers begin with {series.prefix}: it stays.", "prefix"
        )
    series.prefix = prefix
    for name, value in facts.items():
        setattr(series, name, value)
    series.save()
    return series


@transaction.atomic
def draft_invoice(
    *,
    creator,
    deal_id: uuid.UUID,
    key: uuid.UUID,
    lines: Sequence[Line],
    tax_percent: Decimal,
    at: dt.datetime,
    due_date: dt.date | None = None,
    reference: str = "",
    milestones: Collection[uuid.UUID] = (),
) -> Invoice:
    """`milestones` are those of the deal that the lines ask for. Without a due date it is set when issued.

    Raises UnknownDeal, UnableToInvoice, ledger.operations.IdempotencyConflict."""
    deal = locked(creator.pk, deal_id)
    known = Invoice.objects.filter(pk=key).first()
    facts = _summed(lines, tax_percent)
    if known is not None:
        if known.deal_id != deal.pk:
            raise UnknownDeal("There is no such invoice.")
        if (known.net, known.gross) != (facts["net"], facts["gross"]):
            raise IdempotencyConflict("This form was sent before, with other amounts. Open it again.")
        return known
    if deal.stage == Stage.LOST:
        raise UnableToInvoice("lost", "This deal is lost: nothing is invoiced for it.")
    _refuse_past(due_date, at)
    invoice = Invoice.objects.create(
        pk=key, creator=creator, deal=deal, brand_id=deal.brand_id, currency=deal.currency, made_at=at,
        due_date=due_date, reference=reference, **facts,
    )  # fmt: skip
    _write(invoice, lines, milestones)
    return invoice


@transaction.atomic
def change_draft(
    *,
    creator,
    invoice_id: uuid.UUID,
    lines: Sequence[Line],
    tax_percent: Decimal,
    at: dt.datetime,
    due_date: dt.date | None = None,
    reference: str = "",
    milestones: Collection[uuid.UUID] = (),
) -> Invoice:
    """Raises UnknownDeal, UnableToInvoice."""
    _, invoice = locked_invoice(creator.pk, invoice_id)
    _refuse_issued(invoice)
    _refuse_past(due_date, at)
    facts = _summed(lines, tax_percent) | {"due_date": due_date, "reference": reference}
    for name, value in facts.items():
        setattr(invoice, name, value)
    invoice.save(update_fields=list(facts))
    invoice.lines.all().delete()
    invoice.milestones.update(invoice=None)
    _write(invoice, lines, milestones)
    return invoice


@transaction.atomic
def discard_draft(*, creator, invoice_id: uuid.UUID) -> None:
    """Raises UnknownDeal, UnableToInvoice."""
    _, invoice = locked_invoice(creator.pk, invoice_id)
    _refuse_issued(invoice)
    invoice.delete()


@transaction.atomic
def issue_invoice(*, creator, invoice_id: uuid.UUID, at: dt.datetime) -> Invoice:
    """Give a draft its number and its words. One that is issued already stays as it is.

    Raises UnknownDeal, UnableToInvoice."""
    deal, invoice = locked_invoice(creator.pk, invoice_id)
    if invoice.state != State.DRAFT:
        return invoice
    series, today = series_of(creator), at.astimezone(dt.UTC).date()
    due = invoice.due_date or today + dt.timedelta(days=series.payment_days)
    _refuse_past(due, at)
    if not (series.seller_name and series.seller_address):
        raise UnableToInvoice("no_seller", "Say first who you are on your invoices: name and address.")
    brand = deal.brand
    _number(invoice, {
        "state": State.ISSUED,
        "issue_date": today,
        "due_date": due,
        "seller_name": series.seller_name,
        "seller_details": _lines(series.seller_address, series.tax_number),
        "payment_details": series.payment_details,
        "footer": series.footer,
        "customer_name": brand.name,
        "customer_details": _lines(brand.billing_address, brand.country.name, brand.tax_number),
    })  # fmt: skip
    tell(deal, f"Invoice {invoice.name} issued", at=at, actor=creator)
    follow_invoices(deal, at=at)
    _refresh(invoice, invoice.issue_date)
    return invoice


@transaction.atomic
def cancel_invoice(*, creator, invoice_id: uuid.UUID, at: dt.datetime, reason: str = "") -> Invoice:
    """By a credit note, which is returned; what the invoice asked for can be invoiced anew. The same again
    returns the first note.

    Raises UnknownDeal, UnableToInvoice."""
    deal, invoice = locked_invoice(creator.pk, invoice_id)
    if invoice.state == State.CANCELLED:
        return invoice.credited_by
    if invoice.paid:
        raise UnableToInvoice("paid", "Money came for it: take the payments back first, or leave it.")
    change_state(invoice, State.CANCELLED)
    same = (
        "creator_id", "deal_id", "brand_id", "currency", "tax_percent", "seller_name", "seller_details",
        "customer_name", "customer_details", "footer",
    )  # fmt: skip
    note = Invoice.objects.create(
        **{name: getattr(invoice, name) for name in same},
        credits=invoice, net=-invoice.net, tax=-invoice.tax, gross=-invoice.gross,
        reference=reason[:80], made_at=at,
    )  # fmt: skip
    today = at.astimezone(dt.UTC).date()
    _number(note, {"state": State.ISSUED, "issue_date": today, "due_date": today})
    invoice.milestones.update(invoice=None)
    tell(deal, f"Invoice {invoice.name} cancelled by {note.name}", at=at, actor=creator, note=reason)
    follow_invoices(deal, at=at)
    _refresh(invoice, invoice.issue_date)
    return note


@transaction.atomic
def write_off(*, creator, invoice_id: uuid.UUID, at: dt.datetime, reason: str = "") -> Invoice:
    """What is open of it won't come. The same again changes nothing.

    Raises UnknownDeal, UnableToInvoice."""
    deal, invoice = locked_invoice(creator.pk, invoice_id)
    if invoice.state == State.WRITTEN_OFF:
        return invoice
    change_state(invoice, State.WRITTEN_OFF)
    tell(deal, f"Invoice {invoice.name} written off", at=at, actor=creator, note=reason)
    follow_invoices(deal, at=at)
    _refresh(invoice, invoice.issue_date)
    return invoice


def locked_invoice(creator_id: uuid.UUID, invoice_id: uuid.UUID) -> tuple[BrandDeal, Invoice]:
    """Deal and invoice, locked in this order until the transaction ends. Raises UnknownDeal."""
    mine = Invoice.objects.filter(creator_id=creator_id, pk=invoice_id, credits=None)
    deal_id = mine.values_list("deal_id", flat=True).first()
    if deal_id is None:
        raise UnknownDeal("There is no such invoice.")
    deal = locked(creator_id, deal_id)
    return deal, mine.select_for_update().get()


def change_state(invoice: Invoice, to: State, **changes) -> None:
    """`invoice` was read under lock. Raises UnableToInvoice."""
    was = State(invoice.state)
    if to not in INVOICE_MOVES[was]:
        raise UnableToInvoice(
            "wrong_state", f"An invoice that is {was.label.lower()} can't become {to.label.lower()}."
        )
    if not Invoice.objects.filter(pk=invoice.pk, state=was).update(state=to, **changes):
        raise UnableToInvoice("moved", "Someone else has just changed it. Look again.")
    for name, value in {"state": to, **changes}.items():
        setattr(invoice, name, value)


def _refresh(invoice: Invoice, *dates: dt.date | None) -> None:
    days = {date for date in (invoice.issue_date, *dates) if date}
    income.refresh(creator_id=invoice.creator_id, stream=Stream.BRAND_DEALS, dates=days)


def _number(invoice: Invoice, facts: Mapping) -> None:
    """The next one, taken under the lock of its series: two at once wait for each other here."""
    InvoiceSeries.objects.filter(creator_id=invoice.creator_id).update(last=F("last") + 1)
    series = InvoiceSeries.objects.get(creator_id=invoice.creator_id)
    taken = {**facts, "prefix": series.prefix, "number": series.last}
    for name, value in taken.items():
        setattr(invoice, name, value)
    invoice.save(update_fields=list(taken))


def _refuse_issued(invoice: Invoice) -> None:
    if invoice.state != State.DRAFT:
        raise UnableToInvoice("issued", f"{invoice.name} is issued and stays as it is: cancel it instead.")


def _refuse_past(due: dt.date | None, at: dt.datetime) -> None:
    if due and due < at.astimezone(dt.UTC).date():
        raise UnableToInvoice(
            "due_before", "It would be due before it is issued. Choose another day.", "due_date"
        )


def _summed(lines: Sequence[Line], tax_percent: Decimal) -> dict:
    net = sum(line.amount for line in lines)
    if not 0 < len(lines) <= MOST_LINES or any(line.amount <= 0 for line in lines):
        raise UnableToInvoice("lines", f"An invoice has 1 to {MOST_LINES} lines, each above zero.", "lines")
    tax = tax_of(net, tax_percent)
    if net + tax > LARGEST:
        raise UnableToInvoice("too_large", "That is more than an invoice can ask for.", "lines")
    return {"tax_percent": tax_percent, "net": net, "tax": tax, "gross": net + tax}


def _write(invoice: Invoice, lines: Sequence[Line], milestones: Collection[uuid.UUID]) -> None:
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=invoice, amount=line.amount, **asdict(line)) for line in lines
    )
    asked = Milestone.objects.filter(deal_id=invoice.deal_id, pk__in=milestones, invoice=None)
    if asked.update(invoice=invoice) != len(set(milestones)):
        raise UnableToInvoice(
            "milestone_taken", "Another invoice asks for one of these milestones.", "milestones"
        )


def _lines(*parts: str) -> str:
    return "\n".join(part.strip() for part in parts if part and part.strip())

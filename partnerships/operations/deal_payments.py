"""What brands paid, as creators tell us."""

import datetime as dt
import uuid

from django.db import transaction

from ledger.operations import IdempotencyConflict
from partnerships.deal_states import OPEN, InvoiceState
from partnerships.income_streams import Stream
from partnerships.models import Invoice, InvoicePayment
from partnerships.operations import income
from partnerships.operations.deal_invoices import UnableToInvoice, change_state, locked_invoice
from partnerships.operations.deal_moves import UnknownDeal, follow_invoices, tell


@transaction.atomic
def record_payment(
    *, creator, invoice_id: uuid.UUID, amount: int, paid_date: dt.date, key: uuid.UUID, at: dt.datetime,
    reference: str = "",
) -> InvoicePayment:  # fmt: skip
    """`amount` is what came, tax included, in the smallest part of the invoice's currency.

    Raises UnknownDeal, UnableToInvoice, ledger.operations.IdempotencyConflict."""
    deal, invoice = locked_invoice(creator.pk, invoice_id)
    known = InvoicePayment.objects.filter(pk=key).first()
    if known is not None:
        if (known.invoice_id, known.amount, known.paid_date) != (invoice.pk, amount, paid_date):
            raise IdempotencyConflict("This form was sent before, with other facts. Open it again.")
        return known
    if invoice.state not in OPEN:
        words = f"{invoice.name} is {invoice.get_state_display().lower()}: nothing of it is to be paid."
        raise UnableToInvoice("not_open", words)
    if not 0 < amount <= invoice.open:
        raise UnableToInvoice(
            "more_than_open", "That is more than is open. Record at most the rest.", "amount"
        )
    if paid_date > at.astimezone(dt.UTC).date():
        raise UnableToInvoice("in_the_future", "In UTC that day is still to come.", "paid_date")
    payment = _pay(invoice, amount, pk=key, paid_date=paid_date, reference=reference, recorded_at=at)
    whole = "paid in full" if invoice.state == InvoiceState.PAID else "paid in part"
    tell(deal, f"Invoice {invoice.name} {whole}", at=at, actor=creator, note=reference)
    _follow(deal, payment, at)
    return payment


@transaction.atomic
def take_back_payment(*, creator, payment_id: uuid.UUID, at: dt.datetime) -> InvoicePayment:
    """It was written down wrongly: another row takes it back, on the same day. The same again returns that.

    Raises UnknownDeal, UnableToInvoice."""
    invoice_id = InvoicePayment.objects.filter(pk=payment_id).values_list("invoice_id", flat=True).first()
    if invoice_id is None:
        raise UnknownDeal("There is no such payment.")
    deal, invoice = locked_invoice(creator.pk, invoice_id)
    payment = invoice.payments.get(pk=payment_id)
    known = InvoicePayment.objects.filter(takes_back=payment).first()
    if known is not None:
        return known
    if payment.takes_back_id:
        raise UnableToInvoice("taken_back", "This row takes another one back, and stays.")
    back = _pay(
        invoice, -payment.amount, takes_back=payment, paid_date=payment.paid_date, recorded_at=at
    )  # fmt: skip
    tell(deal, f"A payment of invoice {invoice.name} taken back", at=at, actor=creator)
    _follow(deal, back, at)
    return back


def _pay(invoice: Invoice, amount: int, **facts) -> InvoicePayment:
    """Keep `paid` and the state with it. Its share of the net is what the whole share grows by, so that
    shares of a paid invoice add up to its net."""
    paid = invoice.paid + amount
    share = (2 * invoice.net * paid + invoice.gross) // (2 * invoice.gross)
    payment = InvoicePayment.objects.create(
        invoice=invoice, amount=amount, net=share - invoice.paid_net, **facts
    )
    state = InvoiceState.PARTLY_PAID if 0 < paid < invoice.gross else InvoiceState.ISSUED
    if paid == invoice.gross:
        state = InvoiceState.PAID
    change_state(invoice, state, paid=paid, paid_net=share)
    return payment


def _follow(deal, payment: InvoicePayment, at: dt.datetime) -> None:
    follow_invoices(deal, at=at)
    dates = {payment.invoice.issue_date, payment.paid_date}
    income.refresh(creator_id=deal.creator_id, stream=Stream.BRAND_DEALS, dates=dates)

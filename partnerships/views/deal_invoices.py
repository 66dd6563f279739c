"""Invoices to brands: what is open and how long, drafts, numbers, payments."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger.creators import creator_required
from ledger.operations import IdempotencyConflict
from partnerships.deal_states import OPEN, InvoiceState
from partnerships.forms.amounts import written
from partnerships.forms.deal_invoices import SPARE_LINES, InvoiceForm, LineFormSet, PaymentForm, SeriesForm
from partnerships.invoice_pdf import invoice_pdf
from partnerships.models import BrandDeal, Invoice
from partnerships.operations import deal_invoices as operations
from partnerships.operations import deal_payments as payments
from partnerships.operations.deal_moves import UnknownDeal
from partnerships.queries import deal_invoices as queries
from partnerships.queries.deals import brands_of
from partnerships.views.deals import deal_or_404

PAGE = 25
TONES = {
    InvoiceState.DRAFT: "neutral",
    InvoiceState.ISSUED: "info",
    InvoiceState.PARTLY_PAID: "warn",
    InvoiceState.PAID: "good",
    InvoiceState.WRITTEN_OFF: "bad",
    InvoiceState.CANCELLED: "neutral",
}


@creator_required
@require_GET
def invoices(request: HttpRequest) -> HttpResponse:
    """`?state=`, `?age=` and `?brand=` choose; what makes no sense counts for nothing."""
    today, asked = timezone.now().date(), request.GET
    chosen = {
        "state": asked.get("state") if asked.get("state") in InvoiceState else "",
        "age": asked.get("age") if asked.get("age") in queries.AGES else "",
    }
    brand = next((each for each in brands_of(request.user.pk) if str(each.pk) == asked.get("brand")), None)
    found = queries.filtered(request.user.pk, today, **chosen, brand=brand.pk if brand else None)
    page = Paginator(found, PAGE).get_page(asked.get("page"))
    for invoice in page:
        invoice.tone = TONES[InvoiceState(invoice.state)]
        invoice.late = invoice.state in OPEN and not invoice.credits_id and invoice.due_date < today
    context = {
        "page_obj": page,
        "ageing": queries.ageing(request.user.pk, today),
        "ages": queries.AGES,
        "states": InvoiceState,
        "chosen": chosen,
        "brand": brand,
        "filtered": bool(brand or any(chosen.values())),
    }
    return render(request, "partnerships/deals/invoices.html", context)


@creator_required
@require_http_methods(["GET", "POST"])
def series(request: HttpRequest) -> HttpResponse:
    """What stands on the creator's invoices."""
    found = operations.series_of(request.user)
    form = SeriesForm(request.POST or None, initial=SeriesForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            operations.save_series(creator=request.user, **form.cleaned_data)
        except operations.UnableToInvoice as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, "Saved. It stands on what you issue from now on.")
            return redirect("partnerships:invoices")
    context = {"form": form, "series": found}
    return render(request, "partnerships/deals/series.html", context, status=422 if form.errors else 200)


@creator_required
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, deal_id: uuid.UUID) -> HttpResponse:
    """A new one for this deal."""
    deal, found = deal_or_404(request, deal_id), operations.series_of(request.user)
    first = {
        "tax_percent": found.tax_percent,
        "milestones": [each.pk for each in deal.milestones.filter(invoice=None)[:1]],
    }

    def save(**facts) -> Invoice:
        return operations.draft_invoice(creator=request.user, deal_id=deal.pk, at=timezone.now(), **facts)

    return _drafting(request, deal, None, first, [], save)


@creator_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, invoice_id: uuid.UUID) -> HttpResponse:
    """A draft that was kept."""
    invoice = _invoice(request, invoice_id)
    if invoice.state != InvoiceState.DRAFT:
        raise Http404
    asked = [(each.title, each.amount) for each in invoice.milestones.all()]
    rows = [
        {"text": line.text, "quantity": line.quantity, "price": written(line.unit_price, invoice.currency)}
        for line in invoice.lines.all()
        if (line.text, line.amount) not in asked
    ]

    def save(key: uuid.UUID, **facts) -> Invoice:
        return operations.change_draft(
            creator=request.user, invoice_id=invoice.pk, at=timezone.now(), **facts
        )

    return _drafting(request, invoice.deal, invoice, InvoiceForm.initial_of(invoice), rows, save)


def _drafting(
    request: HttpRequest, deal: BrandDeal, invoice: Invoice | None, first: dict, rows: list, save: Callable
) -> HttpResponse:
    posted = request.POST or None
    form = InvoiceForm(posted, deal=deal, invoice=invoice, initial=first)
    rows = [*rows, *({"quantity": 1} for _ in range(SPARE_LINES))]
    lines = LineFormSet(posted, initial=rows, prefix="lines", form_kwargs={"currency": deal.currency})
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        asked, facts = form.asked, form.cleaned_data
        told = operations.lines_for(asked)
        told += [each.line for each in lines if each.line]
        try:
            kept = save(
                key=facts["key"],
                lines=told,
                tax_percent=facts["tax_percent"],
                due_date=facts["due_date"],
                reference=facts["reference"],
                milestones=[each.pk for each in asked],
            )
        except (operations.UnableToInvoice, IdempotencyConflict) as refusal:
            field = getattr(refusal, "field", "")
            form.add_error(field if field in form.fields else None, str(refusal))
        except UnknownDeal as refusal:
            raise Http404 from refusal
        else:
            return redirect("partnerships:invoice", kept.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "lines": lines, "deal": deal, "invoice": invoice}
    return render(request, "partnerships/deals/draft.html", context, status=status)


def _invoice(request: HttpRequest, invoice_id: uuid.UUID) -> Invoice:
    return get_object_or_404(queries.invoices_of(request.user.pk), pk=invoice_id)


@creator_required
@require_GET
def invoice(request: HttpRequest, invoice_id: uuid.UUID) -> HttpResponse:
    return _page(request, _invoice(request, invoice_id))


def _page(
    request: HttpRequest, found: Invoice, *, form=None, refused: Exception | None = None, status: int = 200
) -> HttpResponse:
    today = timezone.now().date()
    if form is None and found.open:
        first = {"amount": written(found.open, found.currency), "paid_date": today}
        form = PaymentForm(currency=found.currency, initial=first)
    rows = list(found.payments.all())
    back = {row.takes_back_id for row in rows}
    for row in rows:
        row.taken_back = row.pk in back
    context = {
        "invoice": found,
        "tone": TONES[InvoiceState(found.state)],
        "late": found.open and found.due_date < today,
        "lines": found.lines.all(),
        "payments": rows,
        "note": Invoice.objects.filter(credits=found).first(),
        "form": form,
        "refused": refused,
    }
    return render(request, "partnerships/deals/invoice.html", context, status=status)


@creator_required
@require_POST
def pay(request: HttpRequest, invoice_id: uuid.UUID) -> HttpResponse:
    found = _invoice(request, invoice_id)
    form = PaymentForm(request.POST, currency=found.currency)
    if form.is_valid():
        try:
            payments.record_payment(
                creator=request.user,
                invoice_id=found.pk,
                key=form.cleaned_data["key"],
                at=timezone.now(),
                **form.facts,
            )
        except (operations.UnableToInvoice, IdempotencyConflict) as refusal:
            form.add_error(getattr(refusal, "field", "") or None, str(refusal))
        except UnknownDeal as refusal:
            raise Http404 from refusal
        else:
            messages.success(request, "Recorded.")
            return redirect("partnerships:invoice", found.pk)
    return _page(request, found, form=form, status=422)


def _done(request: HttpRequest, invoice_id: uuid.UUID, work: Callable, words: str) -> HttpResponse:
    """Do one thing to an invoice; a refusal is told on its page."""
    try:
        made = work()
    except UnknownDeal as refusal:
        raise Http404 from refusal
    except operations.UnableToInvoice as refusal:
        return _page(request, _invoice(request, invoice_id), refused=refusal, status=422)
    messages.success(request, words.format(made))
    return redirect("partnerships:invoice", invoice_id)


@creator_required
@require_POST
def issue(request: HttpRequest, invoice_id: uuid.UUID) -> HttpResponse:
    def work() -> Invoice:
        return operations.issue_invoice(creator=request.user, invoice_id=invoice_id, at=timezone.now())

    return _done(request, invoice_id, work, "Issued as {}.")


@creator_required
@require_POST
def cancel(request: HttpRequest, invoice_id: uuid.UUID) -> HttpResponse:
    def work() -> Invoice:
        return operations.cancel_invoice(creator=request.user, invoice_id=invoice_id, at=timezone.now())

    return _done(request, invoice_id, work, "Cancelled by credit note {}.")


@creator_required
@require_POST
def write_off(request: HttpRequest, invoice_id: uuid.UUID) -> HttpResponse:
    def work() -> Invoice:
        return operations.write_off(creator=request.user, invoice_id=invoice_id, at=timezone.now())

    return _done(request, invoice_id, work, "{} is written off.")


@creator_required
@require_POST
def take_back(request: HttpRequest, invoice_id: uuid.UUID, payment_id: uuid.UUID) -> HttpResponse:
    get_object_or_404(_invoice(request, invoice_id).payments, pk=payment_id)

    def work():
        return payments.take_back_payment(creator=request.user, payment_id=payment_id, at=timezone.now())

    return _done(request, invoice_id, work, "Taken back.")


@creator_required
@require_POST
def discard(request: HttpRequest, invoice_id: uuid.UUID) -> HttpResponse:
    found = _invoice(request, invoice_id)
    try:
        operations.discard_draft(creator=request.user, invoice_id=invoice_id)
    except UnknownDeal as refusal:
        raise Http404 from refusal
    except operations.UnableToInvoice as refusal:
        return _page(request, found, refused=refusal, status=422)
    messages.success(request, "The draft is gone.")
    return redirect("partnerships:deal", found.deal_id)


@creator_required
@require_GET
def pdf(request: HttpRequest, invoice_id: uuid.UUID) -> HttpResponse:
    return pdf_of(_invoice(request, invoice_id))


def pdf_of(found: Invoice) -> HttpResponse:
    disposition = f'attachment; filename="{found.name}.pdf"'
    return HttpResponse(
        invoice_pdf(found), content_type="application/pdf", headers={"Content-Disposition": disposition}
    )

import datetime as dt

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from ledger.creators import creator_required
from payouts.models import Statement
from payouts.pdfs import invoice_pdf, statement_pdf
from payouts.queries.statements import invoices_of, sealed_as, statement_of, statements_of
from payouts.queries.tax_years import tax_years_of, year_totals
from payouts.statement_text import BALANCE, PLACES, Part, read

PAGE = 24


@creator_required
@require_GET
def statements(request: HttpRequest) -> HttpResponse:
    """Every sealed month, the years' totals, and the way to the invoices."""
    page = Paginator(statements_of(request.user.pk), PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "years": tax_years_of(request.user.pk)}
    return render(request, "payouts/statements/list.html", context)


def _statement(request: HttpRequest, first: dt.date) -> Statement:
    return get_object_or_404(statement_of(request.user.pk, first))


@creator_required
@require_GET
def statement(request: HttpRequest, first: dt.date) -> HttpResponse:
    found = _statement(request, first)
    facts, parts = read(found.content)
    context = {"statement": found, "facts": facts, "parts": [_shown(part) for part in parts]}
    return render(request, "payouts/statements/statement.html", context)


@creator_required
@require_GET
def statement_csv(request: HttpRequest, first: dt.date) -> HttpResponse:
    """The very text that was sealed."""
    found = _statement(request, first)
    return _file(found.content.encode(), "text/csv; charset=utf-8", f"statement-{found}.csv")


@creator_required
@require_GET
def statement_as_pdf(request: HttpRequest, first: dt.date) -> HttpResponse:
    found = _statement(request, first)
    return _file(statement_pdf(found), "application/pdf", f"statement-{found}.pdf")


@creator_required
@require_GET
def invoices(request: HttpRequest) -> HttpResponse:
    page = Paginator(invoices_of(request.user.pk), PAGE).get_page(request.GET.get("page"))
    return render(request, "payouts/statements/invoices.html", {"page_obj": page})


@creator_required
@require_GET
def invoice(request: HttpRequest, number: int) -> HttpResponse:
    mine = invoices_of(request.user.pk).select_related("payout__creator", "payout__policy")
    found = get_object_or_404(mine, number=number)
    return _file(invoice_pdf(found), "application/pdf", f"{found.name}.pdf")


@creator_required
@require_GET
def tax_year(request: HttpRequest, year: int) -> HttpResponse:
    if year not in tax_years_of(request.user.pk):
        raise Http404
    totals = year_totals(request.user.pk, year)
    return render(request, "payouts/statements/tax_year.html", {"totals": totals})


@require_GET
def verify(request: HttpRequest) -> HttpResponse:
    """Anyone who holds a seal may see that we set it, and on what."""
    seal = request.GET.get("seal", "").strip().lower()
    found = sealed_as(seal)
    context: dict = {"seal": seal, "statement": found}
    if found is not None:
        context["genuine"] = found.genuine
        context["parts"] = [_shown(part) for part in read(found.content)[1]] if found.genuine else []
    status = 404 if seal and not found else 200
    page = render(request, "payouts/statements/verify.html", context, status=status)
    page.headers["X-Robots-Tag"] = "noindex"
    return page


def _shown(part: Part) -> dict:
    """For templates: columns instead of tuples."""
    balance = part.account == BALANCE
    return {
        "balance": balance,
        "unit": part.unit,
        "columns": [place.capitalize() for place in PLACES] if balance else [],
        "opening": part.opening,
        "opening_total": sum(part.opening),
        "lines": part.lines,
        "closing": part.closing,
        "total": part.total,
    }


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})

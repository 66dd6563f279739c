"""All deals at once: on a board, in a table, on a calendar."""

import calendar as months
import datetime as dt
import re
import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger.creators import creator_required
from ledger.sheets import sheet
from partnerships.deal_states import MOVES, Stage
from partnerships.forms.deals import MoveForm, TableForm
from partnerships.operations import deal_moves as operations
from partnerships.operations.deal_import import COLUMNS, sheet_rows
from partnerships.queries.deal_calendar import entries
from partnerships.queries.deal_clashes import clashing
from partnerships.queries.deals import board as columns_of
from partnerships.queries.deals import table as table_of
from partnerships.queries.deals import totals
from partnerships.views.deals import TONES, deal_or_404, deal_page

PAGE = 25
HEADS = (
    ("title", "Deal"),
    ("brand", "Brand"),
    ("stage", "Stage"),
    ("value", "Value"),
    ("due", "Next due"),
    ("end", "Ends"),
)


@creator_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    return _board(request)


def _board(request: HttpRequest, *, said: str = "", refused: str = "", status: int = 200) -> HttpResponse:
    """To htmx the board alone; `said` is announced to who can't see a card jump."""
    today = timezone.now().date()
    columns = columns_of(request.user.pk, today)
    clashes = clashing(request.user.pk, today)
    for column in columns:
        for deal in column.deals:
            deal.moves, deal.clashes = MOVES[Stage(deal.stage)], deal.pk in clashes
            deal.late = bool(deal.due and deal.due < today)
    context = {
        "columns": columns,
        "said": said,
        "refused": refused,
        "any": any(column.count for column in columns),
    }
    template = "partnerships/deals/_board.html" if request.htmx else "partnerships/deals/board.html"
    return render(request, template, context, status=status)


@creator_required
@require_POST
def move(request: HttpRequest, deal_id: uuid.UUID) -> HttpResponse:
    """From the board or from the deal's own page. Losing one is asked about on a page of its own."""
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _refused(request, deal_id, "Choose where it goes.", "", 422)
    to, page = Stage(form.cleaned_data["to"]), form.cleaned_data["page"]
    if to == Stage.LOST:
        return _lose(request, deal_id)
    try:
        deal = operations.move_deal(
            creator=request.user,
            deal_id=deal_id,
            version=form.cleaned_data["version"],
            to=to,
            note=form.cleaned_data["note"],
            at=timezone.now(),
        )
    except operations.UnknownDeal as refusal:
        raise Http404 from refusal
    except operations.Stale as refusal:
        return _refused(request, deal_id, str(refusal), page, 409)
    except operations.UnableToMove as refusal:
        return _refused(request, deal_id, str(refusal), page, 422)
    said = f"“{deal}” is {to.label.lower()} now."
    if request.htmx:
        return _board(request, said=said)
    messages.success(request, said)
    if page == "deal":
        return redirect("partnerships:deal", deal.pk)
    return redirect(f"{reverse('partnerships:deals')}#card-{deal.pk}")


def _refused(request: HttpRequest, deal_id: uuid.UUID, words: str, page: str, status: int) -> HttpResponse:
    if page == "deal":
        return deal_page(request, deal_or_404(request, deal_id), refused=words, status=status)
    return _board(request, refused=words, status=status)


def _lose(request: HttpRequest, deal_id: uuid.UUID) -> HttpResponse:
    address = reverse("partnerships:lose_deal", args=[deal_id])
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


@creator_required
@require_http_methods(["GET", "POST"])
def lose(request: HttpRequest, deal_id: uuid.UUID) -> HttpResponse:
    deal = deal_or_404(request, deal_id)
    refused, status = "", 200
    if request.method == "POST":
        form = MoveForm({**request.POST.dict(), "to": Stage.LOST})
        try:
            operations.move_deal(
                creator=request.user,
                deal_id=deal.pk,
                version=form.cleaned_data["version"] if form.is_valid() else 0,
                to=Stage.LOST,
                note=request.POST.get("note", "").strip()[:2000],
                at=timezone.now(),
            )
        except operations.Stale as refusal:
            refused, status = str(refusal), 409
        except operations.UnableToMove as refusal:
            refused, status = str(refusal), 422
        else:
            messages.success(request, f"“{deal}” is lost. It stays in the table, with all that was written.")
            return redirect("partnerships:deals")
        deal.refresh_from_db()
    context = {"deal": deal, "refused": refused}
    return render(request, "partnerships/deals/lose.html", context, status=status)


@creator_required
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    form, today = TableForm(request.GET, creator=request.user), timezone.now().date()
    chosen = form.choices
    found = table_of(request.user.pk, today, **chosen)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    clashes = clashing(request.user.pk, today)
    for deal in page:
        deal.tone, deal.clashes = TONES[Stage(deal.stage)], deal.pk in clashes
        deal.late = bool(deal.due and deal.due < today)
    sort = chosen.get("sort", "")
    context = {
        "form": form,
        "filtered": bool(set(chosen) - {"sort"}),
        "page_obj": page,
        "totals": totals(found),
        "heads": [
            {
                "label": label,
                "next": f"-{name}" if sort == name else name,
                "order": {name: "ascending", f"-{name}": "descending"}.get(sort, ""),
                "number": name == "value",
            }
            for name, label in HEADS
        ],
    }
    return render(request, "partnerships/deals/table.html", context)


@creator_required
@require_GET
def spreadsheet(request: HttpRequest) -> HttpResponse:
    """What the table shows, all pages of it, as the import reads it back."""
    chosen = TableForm(request.GET, creator=request.user).choices
    rows = sheet_rows(table_of(request.user.pk, timezone.now().date(), **chosen))
    columns = [column.titles[0] for column in COLUMNS]
    return HttpResponse(
        sheet(rows, columns),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="brand-deals.csv"'},
    )


@creator_required
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """`?month=2026-03`; whole weeks from Monday to Sunday."""
    today = timezone.localdate()
    asked = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", request.GET.get("month", ""))
    first = dt.date(max(int(asked[1]), 1), int(asked[2]), 1) if asked else today.replace(day=1)
    if not 2000 <= first.year <= 2100:
        raise Http404
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    found = entries(request.user.pk, weeks[0][0], weeks[-1][-1], timezone.now().date())
    context = {
        "first": first,
        "today": today,
        "weeks": [[(day, found.get(day, [])) for day in week] for week in weeks],
        "days": [(day, each) for day, each in found.items() if day.month == first.month],
        "before": first - dt.timedelta(days=1),
        "after": (first + dt.timedelta(days=32)).replace(day=1),
    }
    return render(request, "partnerships/deals/calendar.html", context)

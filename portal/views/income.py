"""The rows behind each figure of the studio, and what a creator wants a month to bring."""

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from ledger.creators import creator_required
from ledger.sheets import sheet
from ledger.units import to_decimal
from partnerships.operations.goals import set_goal
from partnerships.queries.goals import goals_of
from portal.income_forms import GoalsForm, RowsForm
from portal.queries.income import earned
from portal.queries.income_lines import lines_of, pages_of

COLUMNS = ("date", "income", "state", "unit", "amount", "rows", "worth", "currency")


def _asked(request: HttpRequest):
    form = RowsForm(request.GET, timezone.now().astimezone(dt.UTC).date())
    if not form.is_valid():
        return form, []
    since, until, streams, state = form.wanted()
    found = earned(
        request.user.pk, since=since, until=until, currency=request.user.base_currency, streams=streams
    )
    return form, [day for day in found if state in ("", day.state)]


@creator_required
@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """Day by day what a figure is made of, and the row behind each amount."""
    form, found = _asked(request)
    page = Paginator(pages_of(found), 1).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "currency": request.user.base_currency,
        "total": sum(day.worth or 0 for day in found),
        "unvalued": sorted({day.unit for day in found if day.worth is None}),
        "page_obj": page,
        "days": lines_of(request.user.pk, [day for days in page for day in days]),
    }
    return render(request, "portal/income/rows.html", context, status=200 if form.is_valid() else 400)


@creator_required
@require_safe
def rows_csv(request: HttpRequest) -> HttpResponse:
    """The same days as the page, one line for each sum: `worth` adds up to the screen's total."""
    form, found = _asked(request)
    if not form.is_valid():
        return HttpResponse(
            "Choose days as on the page of your income.", status=400, content_type="text/plain"
        )
    currency = request.user.base_currency
    table = [
        {
            "date": day.date.isoformat(),
            "income": day.stream.label,
            "state": day.state.label,
            "unit": day.unit,
            "amount": str(to_decimal(day.amount, day.unit)),
            "rows": day.rows,
            "worth": "" if day.worth is None else str(to_decimal(day.worth, currency)),
            "currency": currency,
        }
        for day in found
    ]
    answer = HttpResponse(sheet(table, COLUMNS), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="income.csv"'
    return answer


@creator_required
@require_http_methods(["GET", "HEAD", "POST"])
def goals(request: HttpRequest) -> HttpResponse:
    now, currency = timezone.now(), request.user.base_currency
    held = goals_of(request.user.pk, now.astimezone(dt.UTC).date().replace(day=1))
    form = GoalsForm(request.POST if request.method == "POST" else None, goals=held, currency=currency)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            for stream, amount in form.cleaned_data.items():
                goal = held.get(stream)
                if (amount, currency) != (goal.amount, goal.currency) if goal else amount:
                    set_goal(creator=request.user, stream=stream, amount=amount, currency=currency, at=now)
        messages.success(request, "Your goals are set, from this month on.")
        return redirect("studio")
    return render(request, "portal/income/goals.html", {"form": form}, status=400 if form.is_bound else 200)

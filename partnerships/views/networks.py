"""What affiliate networks elsewhere brought, as their files say."""

import datetime as dt
import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from ledger.creators import creator_required
from ledger.sheets import sheet_lines
from ledger.units import to_decimal
from partnerships.forms.networks import CommissionsForm, PaydayForm
from partnerships.income_streams import Stream
from partnerships.models import NetworkCommission
from partnerships.network_states import TONES, CommissionState, Network
from partnerships.operations.networks import ImpossiblePayday, set_payday
from partnerships.queries.imports import imports_of
from partnerships.queries.network_income import with_payment
from partnerships.queries.networks import (
    DIALECT,
    commissions_of,
    months_of_networks,
    paydays_of,
    told_of,
    totals_of_networks,
)
from partnerships.queries.stream_months import months_of
from partnerships.views.imports import TONES as IMPORT_TONES
from partnerships.views.pictures import picture

PAGE, MONTHS, FILES = 25, 16, 5
COLUMNS = (
    "date", "network", "id", "advertiser", "product", "reference", "state", "currency", "commission",
    "sale currency", "sale", "reason",
)  # fmt: skip


@creator_required
@require_GET
def networks(request: HttpRequest) -> HttpResponse:
    return _page(request, PaydayForm(request.user, timezone.now().date()))


def _page(request: HttpRequest, form: PaydayForm) -> HttpResponse:
    """What each month brought by network, what was paid of it, and the files it is known from."""
    me = request.user.pk
    months = months_of_networks(commissions_of(me))
    files = list(imports_of(me, DIALECT)[:FILES])
    for file in files:
        file.tone = IMPORT_TONES[file.state]
    context = {
        "totals": totals_of_networks(months),
        "states": list(CommissionState),
        "page_obj": Paginator(months, MONTHS).get_page(request.GET.get("page")),
        "charts": [picture(each, "Commissions") for each in months_of(me, Stream.NETWORKS, timezone.now())],
        "files": files,
        "paydays": [(Network(network), day) for network, day in sorted(paydays_of(me).items())],
        "form": form,
        "dialect": DIALECT,
    }
    status = 422 if form.errors else 200
    return render(request, "partnerships/networks/overview.html", context, status=status)


@creator_required
@require_http_methods(["GET", "POST"])
def payday(request: HttpRequest) -> HttpResponse:
    """Say up to which day a network has paid."""
    if request.method == "GET":
        return redirect("partnerships:networks")
    now = timezone.now()
    form = PaydayForm(request.user, now.date(), request.POST)
    if form.is_valid():
        network, until = Network(form.cleaned_data["network"]), form.cleaned_data["until"]
        try:
            set_payday(creator=request.user, network=network, until=until, at=now)
        except ImpossiblePayday as refusal:
            form.add_error("until", str(refusal))
        else:
            told = (
                f"has paid all that it approved until {until:%-d %B %Y}"
                if until
                else "tells itself what it paid"
            )
            messages.success(request, f"Noted: {network.label} {told}.")
            return redirect("partnerships:networks")
    return _page(request, form)


@creator_required
@require_GET
def commissions(request: HttpRequest) -> HttpResponse:
    form = CommissionsForm(request.user, request.GET)
    rows = commissions_of(request.user.pk, form.wanted())
    context = {
        "form": form,
        "page_obj": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "totals": totals_of_networks(months_of_networks(rows)),
        "filtered": bool(request.GET),
    }
    for row in context["page_obj"]:
        _show(row)
    return render(request, "partnerships/networks/commissions.html", context)


def _show(row: NetworkCommission) -> None:
    row.shown = CommissionState.PAID if row.received else CommissionState(row.state)
    row.shown_tone = TONES[row.shown]


@creator_required
@require_GET
def commissions_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The rows that the page shows, all of them."""
    rows = commissions_of(request.user.pk, CommissionsForm(request.user, request.GET).wanted())
    return StreamingHttpResponse(
        sheet_lines((_line(row) for row in rows.iterator()), COLUMNS),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="network-commissions.csv"'},
    )


def _line(row: NetworkCommission) -> dict:
    sale = "" if row.sale is None else to_decimal(row.sale, row.sale_currency)
    told = (
        row.date.isoformat(), row.get_network_display(), row.external_id, row.advertiser, row.label,
        row.reference, "paid" if row.received else row.state, row.currency,
        to_decimal(row.amount, row.currency), row.sale_currency, sale, row.reason,
    )  # fmt: skip
    return dict(zip(COLUMNS, told, strict=True))


@creator_required
@require_GET
def commission(request: HttpRequest, commission_id: uuid.UUID) -> HttpResponse:
    """What holds of it, and what each file told."""
    mine = with_payment(NetworkCommission.objects.filter(creator=request.user))
    found = get_object_or_404(mine, pk=commission_id)
    _show(found)
    context = {"commission": found, "told": [_told(row) for row in reversed(told_of(found))]}
    return render(request, "partnerships/networks/commission.html", context)


def _told(row) -> dict:
    state = CommissionState(row.facts["state"])
    return {
        "row": row,
        "date": dt.date.fromisoformat(row.facts["date"]),
        "state": state,
        "tone": TONES[state],
    }

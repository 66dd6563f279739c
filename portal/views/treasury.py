"""The treasury at the staff's desk: sums, then what they are made of. Reached through the admin's site, which
lets staff in alone."""

import datetime as dt
import uuid

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from ledger.chart import CHART, Account, WrongUnit
from ledger.queries import balance, by_day, holders, statement
from payouts.queries.holds import stuck
from payouts.queries.reconciliation import newest, open_differences
from portal.queries.people import named
from portal.queries.treasury import treasury

PERMISSION = "payouts.view_reconciliation"
DAYS, LINES, HOLDERS_A_PAGE, DIFFERENCES = 31, 50, 50, 20


def overview(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    return _page(
        request,
        "admin/treasury/overview.html",
        "Treasury",
        treasury=treasury(now),
        compared=newest(),
        differences=open_differences()[:DIFFERENCES],
        difference_count=open_differences().count(),
        stuck=stuck(now),
    )


def account(request: HttpRequest, code: str, unit: str, owner_id: uuid.UUID | None = None) -> HttpResponse:
    """Whose a sum is, or what moved in one account: the platform's by day and kind, a person's by line."""
    known = CHART.get(code) or _missing()
    owner = named(owner_id) if owner_id else None
    if known.owned and owner_id is None:
        rows = holders(known, unit)
        page = Paginator(rows, HOLDERS_A_PAGE).get_page(request.GET.get("page"))
        return _page(request, "admin/treasury/holders.html", known.label, type=known, unit=unit, page=page)
    if known.owned != bool(owner):
        _missing()
    try:
        one: Account = known.of(owner_id, unit) if owner else known.platform(unit)
    except WrongUnit as error:
        raise Http404 from error
    since = timezone.now().astimezone(dt.UTC).date() - dt.timedelta(days=DAYS)
    return _page(
        request,
        "admin/treasury/account.html",
        f"{known.label} of {owner}" if owner else known.label,
        type=known,
        unit=unit,
        owner=owner,
        held=balance(one),
        days=by_day(one, since=since)[::-1] if known.folded and not known.owned else [],
        lines=statement(one, limit=LINES) if known.owned or not known.folded else [],
        since=since,
    )


def _missing():
    raise Http404


def _page(request: HttpRequest, template: str, title: str, **context) -> HttpResponse:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    return render(request, template, admin.site.each_context(request) | {"title": title} | context)


def urls(guard) -> list:
    """Behind the admin's `guard`, in its namespace."""
    return [
        path("treasury/", guard(overview), name="treasury"),
        path("treasury/<str:code>/<str:unit>/", guard(account), name="treasury_account"),
        path("treasury/<str:code>/<str:unit>/<uuid:owner_id>/", guard(account), name="treasury_owner"),
    ]

"""A creator's affiliate pages: what it brings, programmes to join, orders."""

import datetime as dt
import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ledger.creators import creator_required
from ledger.sheets import sheet_lines
from ledger.units import to_decimal
from partnerships.affiliate_words import rate_in_words, steps_in_words
from partnerships.forms.affiliate import ConversionFilter
from partnerships.income_streams import Stream
from partnerships.models import AffiliateConversion, AffiliateProgramme
from partnerships.operations import affiliate_programmes as operations
from partnerships.queries.affiliate import (
    conversions_of,
    coupons_of,
    joined_programmes,
    links_of,
    open_programmes,
    rates_from,
)
from partnerships.queries.affiliate_income import pending_forecast
from partnerships.queries.affiliate_totals import clicks_since, totals_of
from partnerships.queries.stream_months import months_of
from partnerships.views.pictures import picture

PAGE, BEST = 25, 5
COLUMNS = (
    "ordered_at", "programme", "order", "link", "coupon", "currency", "amount", "refunded", "commission",
    "taken_back", "kept", "state", "payable_from", "reason",
)  # fmt: skip


@creator_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    now, me = timezone.now(), request.user.pk
    totals = totals_of(me)
    context = {
        "totals": totals,
        "joined": joined_programmes(me).exists(),
        "links": links_of(me).filter(retired_at__isnull=True).order_by("-click_count", "-id")[:BEST],
        "coupons": coupons_of(me),
        "clicks": clicks_since(me, now - dt.timedelta(days=30)),
        "forecast": pending_forecast(me, now),
        "charts": [picture(months, "Commissions") for months in months_of(me, Stream.AFFILIATE, now)],
        "now": now,
    }
    return render(request, "partnerships/affiliate/overview.html", context)


@creator_required
@require_GET
def programmes(request: HttpRequest) -> HttpResponse:
    me, now = request.user.pk, timezone.now()
    joined = list(joined_programmes(me))
    offers = _offers([*joined, *open_programmes(me)], now)
    return render(
        request,
        "partnerships/affiliate/programmes.html",
        {"joined": offers[: len(joined)], "open": offers[len(joined) :], "now": now},
    )


def _offers(rows: list[AffiliateProgramme], at: dt.datetime) -> list[dict]:
    """Each with the rates in force and to come."""
    rates = rates_from([programme.pk for programme in rows], at)
    return [
        {
            "programme": programme,
            "rates": [
                {"from": rate.effective_at, "words": rate_in_words(rate, programme.currency)}
                for rate in rates[programme.pk]
            ],
        }
        for programme in rows
    ]


@creator_required
@require_GET
def programme(request: HttpRequest, programme_id: uuid.UUID) -> HttpResponse:
    """The terms: to be read before joining, and at any time after."""
    found = get_object_or_404(AffiliateProgramme, pk=programme_id)
    membership = found.memberships.filter(creator=request.user).first()
    if membership is None and found.state != AffiliateProgramme.State.ACTIVE:
        raise Http404
    now = timezone.now()
    context = _offers([found], now)[0] | {"membership": membership, "now": now}
    return render(request, "partnerships/affiliate/programme.html", context)


@creator_required
@require_POST
def join(request: HttpRequest, programme_id: uuid.UUID) -> HttpResponse:
    try:
        membership = operations.join(programme_id=programme_id, creator=request.user, at=timezone.now())
    except operations.ProgrammeNotOpen as refusal:
        messages.error(request, str(refusal))
        return redirect("partnerships:affiliate_programmes")
    messages.success(request, f"You take part in {membership.programme}. Make your first link to it.")
    return redirect("partnerships:new_affiliate_link")


@creator_required
@require_GET
def conversions(request: HttpRequest) -> HttpResponse:
    form = ConversionFilter(request.user, request.GET)
    rows = conversions_of(request.user.pk).filter(**form.asked)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "filtered": bool(form.asked)}
    return render(request, "partnerships/affiliate/conversions.html", context)


@creator_required
@require_GET
def conversions_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The rows that the page shows, all of them."""
    form = ConversionFilter(request.user, request.GET)
    rows = conversions_of(request.user.pk).filter(**form.asked)
    return StreamingHttpResponse(
        sheet_lines((_line(row) for row in rows.iterator()), COLUMNS),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="affiliate-orders.csv"'},
    )


def _line(row: AffiliateConversion) -> dict:
    return {
        "ordered_at": row.converted_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "programme": row.programme.name,
        "order": row.order_id,
        "link": row.link.code if row.link else "",
        "coupon": row.coupon.code if row.coupon else "",
        "currency": row.currency,
        "amount": str(to_decimal(row.amount, row.currency)),
        "refunded": str(to_decimal(row.refunded, row.currency)),
        "commission": str(to_decimal(row.commission, row.currency)),
        "taken_back": str(to_decimal(row.reversed, row.currency)),
        "kept": str(to_decimal(row.kept, row.currency)),
        "state": row.state,
        "payable_from": row.payable_at.astimezone(dt.UTC).date().isoformat(),
        "reason": row.reason,
    }


@creator_required
@require_GET
def conversion(request: HttpRequest, conversion_id: uuid.UUID) -> HttpResponse:
    """How its commission came about, and what happened to it since."""
    rows = conversions_of(request.user.pk).select_related("rate", "click")
    found = get_object_or_404(rows, pk=conversion_id)
    context = {
        "conversion": found,
        "reversals": found.reversals.all(),
        "steps": steps_in_words(found.reckoning, found.currency),
    }
    return render(request, "partnerships/affiliate/conversion.html", context)

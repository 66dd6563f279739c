"""A creator's merch: what it earned, orders, and what pieces cost."""

import datetime as dt
import uuid
from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.views.decorators.http import require_GET, require_http_methods

from ledger.creators import creator_required
from ledger.sheets import sheet_lines
from ledger.units import to_decimal
from partnerships.forms.merch import CostForm, OrdersForm, PeriodForm
from partnerships.income_streams import Stream
from partnerships.merch_states import OrderState
from partnerships.models import MerchEarning, MerchOrder
from partnerships.operations.item_costs import ImpossibleCost, set_cost
from partnerships.queries.merch import (
    all_stores_of,
    costs_of,
    earnings_of,
    orders_of,
    products_of,
    stores_of,
    sums_of,
    top_products,
)
from partnerships.queries.stream_months import months_of
from partnerships.views.pictures import picture

PAGE = 25
TONES = {
    OrderState.AWAITED: "warn",
    OrderState.PLACED: "neutral",
    OrderState.PAID: "info",
    OrderState.PART_SHIPPED: "info",
    OrderState.SHIPPED: "good",
    OrderState.CANCELLED: "bad",
}
COLUMNS = (
    "date", "store", "order", "what", "product", "product id", "pieces", "sales", "refunds", "costs", "fees",
    "earned", "currency",
)  # fmt: skip
PRESETS = (("30 days", 30), ("90 days", 90), ("12 months", 365))


@creator_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What was earned in a period, and by which products."""
    form = PeriodForm(request.user.pk, request.GET or None)
    period, today = form.period(), timezone.now().date()
    by_quantity = request.GET.get("by") == "pieces"
    context = {
        "form": form,
        "stores": stores_of(request.user.pk),
        "sums": sums_of(request.user.pk, period),
        "products": top_products(request.user.pk, period, by_quantity=by_quantity),
        "by_quantity": by_quantity,
        "presets": [(label, today - dt.timedelta(days=days)) for label, days in PRESETS],
        "query": request.GET.urlencode(),
    }
    return render(request, "partnerships/merch/overview.html", context)


@creator_required
@require_GET
def earnings_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Each movement of the period as a line: the amounts of a currency add up to what the page shows."""
    form = PeriodForm(request.user.pk, request.GET or None)
    rows = (
        earnings_of(request.user.pk, form.period())
        .select_related("order", "store")
        .defer("order__known", "order__filed")
        .order_by("date", "id")
    )
    return StreamingHttpResponse(
        sheet_lines((_line(row) for row in rows.iterator()), COLUMNS),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="merch-earnings.csv"'},
    )


def _line(row: MerchEarning) -> dict:
    money = {
        name: to_decimal(getattr(row, name), row.currency) for name in ("sales", "refunds", "costs", "fees")
    }
    return {
        "date": row.date.isoformat(),
        "store": row.store.name,
        "order": str(row.order),
        "what": row.get_kind_display(),
        "product": row.title,
        "product id": row.product_id,
        "pieces": row.quantity,
        **money,
        "earned": to_decimal(row.amount, row.currency),
        "currency": row.currency,
    }


@creator_required
@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    form = OrdersForm(request.user.pk, request.GET or None)
    page = Paginator(orders_of(request.user.pk, form.wanted()), PAGE).get_page(request.GET.get("page"))
    for order in page:
        order.tone = TONES[OrderState(order.state)]
    charts = []
    if not request.GET:
        months = months_of(request.user.pk, Stream.MERCH, timezone.now())
        charts = [picture(each, "Earned") for each in months]
    context = {"form": form, "page_obj": page, "charts": charts}
    return render(request, "partnerships/merch/orders.html", context)


@creator_required
@require_GET
def order(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Its lines, what each movement earned, and the deliveries it is known from."""
    mine = MerchOrder.objects.filter(creator=request.user).select_related("store").defer("known", "filed")
    found = get_object_or_404(mine, pk=order_id)
    context = {
        "order": found,
        "tone": TONES[OrderState(found.state)],
        "lines": found.lines.order_by("external_id"),
        "refunds": found.refunds.order_by("refunded_at", "external_id"),
        "earnings": found.earnings.order_by("date", "-kind", "id"),
        "costs": found.earnings.aggregate(Sum("costs"))["costs__sum"],
        "rates": [
            (dt.date.fromisoformat(day), number_format(Decimal(rate).normalize(), force_grouping=True))
            for day, rate in sorted(found.rates.items())
        ],
        "deliveries": found.deliveries.defer("sealed").order_by("-received_at", "-id")[:50],
    }
    return render(request, "partnerships/merch/order.html", context)


@creator_required
@require_GET
def products(request: HttpRequest) -> HttpResponse:
    found = products_of(request.user.pk, timezone.now().date())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "partnerships/merch/products.html", {"page_obj": page})


@creator_required
@require_http_methods(["GET", "POST"])
def cost(request: HttpRequest, store_id: uuid.UUID) -> HttpResponse:
    """What a piece of one product (`?product=`) costs, now and before."""
    store = get_object_or_404(all_stores_of(request.user.pk), pk=store_id)
    product_id = request.GET.get("product", "")
    sold = products_of(request.user.pk, timezone.now().date()).filter(
        store_id=store.pk, product_id=product_id
    )
    product = sold.first() if "\0" not in product_id else None
    if product is None:
        raise Http404
    form = CostForm(store.currency, request.POST or None, initial={"effective_date": timezone.now().date()})
    if request.method == "POST" and form.is_valid() and _set(request, form, store, product_id):
        messages.success(request, "Saved. Orders it concerns are counted anew within seconds.")
        return redirect("partnerships:merch_products")
    context = {"store": store, "product": product, "form": form, "costs": costs_of(store.pk, product_id)}
    return render(request, "partnerships/merch/cost.html", context, status=422 if form.errors else 200)


def _set(request: HttpRequest, form: CostForm, store, product_id: str) -> bool:
    told = form.cleaned_data
    try:
        set_cost(
            creator=request.user,
            store_id=store.pk,
            product_id=product_id,
            cost=told["parts"],
            effective_date=told["effective_date"],
            at=timezone.now(),
        )
    except ImpossibleCost as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    return True

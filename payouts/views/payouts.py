import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger.operations import IdempotencyConflict
from ledger.queries import NoRate
from ledger.units import DIAMOND
from payouts import queries, quotes
from payouts.forms import AmountForm, ConfirmForm
from payouts.gates import failed, gates, largest_request, unreachable
from payouts.operations import requests
from payouts.operations.moves import UnknownPayout, WrongState
from payouts.states import CREATOR_MAY_CANCEL, ON_TRACK, OPEN, State
from payouts.timeline import NEXT, TONES, timeline
from payouts.views import creator_required

PAGE = 20
REFUSALS = (
    requests.NotEligible,
    requests.UnusableMethod,
    requests.QuoteChanged,
    quotes.UnableToQuote,
    IdempotencyConflict,
    NoRate,
)


@creator_required
@require_GET
def payouts(request: HttpRequest) -> HttpResponse:
    """Balances, what stands in the way, and every payout so far."""
    now = timezone.now()
    checklist = gates(request.user, now)
    page = Paginator(queries.payouts_of(request.user.pk), PAGE).get_page(request.GET.get("page"))
    for payout in page:
        payout.tone = TONES[State(payout.state)]
    context = {
        "diamonds": queries.diamonds_of(request.user.pk),
        "checklist": checklist,
        "closed": failed(checklist),
        "unreachable": unreachable(request.user, now),
        "page_obj": page,
    }
    return render(request, "payouts/payouts/list.html", context)


@creator_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Amount → quote → confirmed. The key is minted with the form, so that sending it twice asks once."""
    now = timezone.now()
    if request.method == "GET":
        form = AmountForm(
            initial={"diamonds": largest_request(request.user, now).get(DIAMOND), "key": uuid.uuid4()}
        )
        return _amount_page(request, form, now)
    if "net" in request.POST:
        return _confirmed(request, now)
    form = AmountForm(request.POST)
    if not form.is_valid():
        return _amount_page(request, form, now, status=422)
    diamonds = form.cleaned_data["diamonds"]
    closed = failed(gates(request.user, now, {DIAMOND: diamonds}))
    if closed:
        form.add_error("diamonds", closed[0].sentence)
        return _amount_page(request, form, now, status=422)
    try:
        offer = quotes.quote(creator=request.user, asked={DIAMOND: diamonds}, at=now)
        return _confirm_page(request, offer, form.cleaned_data["key"])
    except REFUSALS as error:
        form.add_error("diamonds", str(error))
        return _amount_page(request, form, now, status=422)


def _amount_page(request: HttpRequest, form: AmountForm, now, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "diamonds": queries.diamonds_of(request.user.pk),
        "closed": failed(gates(request.user, now)),
        "unreachable": unreachable(request.user, now),
    }
    return render(request, "payouts/payouts/new.html", context, status=status)


def _confirm_page(request: HttpRequest, offer: quotes.Quote, key: uuid.UUID) -> HttpResponse:
    method = queries.method_in_use(request.user.pk)
    if method is None:
        raise requests.UnusableMethod("Your account was removed a moment ago. Add one first.")
    form = ConfirmForm(
        initial={"diamonds": offer.diamonds, "key": key, "method": method.pk, "net": offer.net}
    )
    context = {"form": form, "quote": offer, "method": method}
    return render(request, "payouts/payouts/confirm.html", context)


def _confirmed(request: HttpRequest, now) -> HttpResponse:
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Something was missing in that form, and nothing was requested. Start again.")
        return redirect("payouts:new")
    agreed = form.cleaned_data
    try:
        payout = requests.request_payout(
            creator=request.user,
            diamonds=agreed["diamonds"],
            method_id=agreed["method"],
            key=f"page:{agreed['key']}",
            at=now,
            accepted_net=agreed["net"],
        )
    except REFUSALS as error:
        again = AmountForm({"diamonds": request.POST["diamonds"], "key": str(uuid.uuid4())})
        again.full_clean()
        again.add_error("diamonds", str(error))
        return _amount_page(request, again, now, status=422)
    messages.success(request, f"Requested. We wrote to {request.user.email}, and you can follow it here.")
    return redirect("payouts:payout", payout.id)


@creator_required
@require_GET
def quote(request: HttpRequest) -> HttpResponse:
    """The live quote beside the form."""
    now = timezone.now()
    form = AmountForm({"diamonds": request.GET.get("diamonds"), "key": str(uuid.uuid4())})
    context: dict = {}
    if form.is_valid():
        diamonds = form.cleaned_data["diamonds"]
        context["closed"] = failed(gates(request.user, now, {DIAMOND: diamonds}))
        try:
            context["quote"] = quotes.quote(creator=request.user, asked={DIAMOND: diamonds}, at=now)
        except REFUSALS as error:
            context["refusal"] = str(error)
    return render(request, "payouts/payouts/_quote.html", context)


@login_required
@require_GET
def payout(request: HttpRequest, payout_id: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(queries.payouts_of(request.user.pk), id=payout_id)
    if request.htmx and request.GET.get("seen") == str(found.version):
        return HttpResponse(status=204)  # the page that asks shows it already
    state = State(found.state)
    context = {
        "payout": found,
        "lines": quotes.lines(found),
        "events": timeline(found),
        "next_step": NEXT[state],
        "tone": TONES[state],
        "may_cancel": state in CREATOR_MAY_CANCEL,
        "still_moving": state in OPEN,
        "expected_date": quotes.expected_date(found.requested_at) if state in ON_TRACK else None,
    }
    return render(request, "payouts/payouts/detail.html", context)


@login_required
@require_POST
def cancel(request: HttpRequest, payout_id: uuid.UUID) -> HttpResponse:
    try:
        requests.cancel(payout_id=payout_id, creator=request.user, at=timezone.now())
    except UnknownPayout as error:
        raise Http404 from error
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Cancelled. Your diamonds are available again.")
    return redirect("payouts:payout", payout_id)

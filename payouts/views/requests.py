import datetime as dt
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from ledger.creators import creator_required
from ledger.operations import IdempotencyConflict
from ledger.queries import NoRate
from ledger.units import DIAMOND
from payouts import queries, quotes
from payouts.forms.amounts import DIAMONDS, AmountForm, ConfirmForm
from payouts.gates import failed, gates, largest_request, unreachable
from payouts.operations import requests

REFUSALS = (
    requests.NotEligible,
    requests.UnusableMethod,
    requests.QuoteChanged,
    quotes.UnableToQuote,
    IdempotencyConflict,
    NoRate,
)


@creator_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Amount → quote → confirmed. The key is minted with the form, so that sending it twice asks once."""
    now, currencies = timezone.now(), queries.currencies_of(request.user.pk)
    if request.method == "GET":
        initial = AmountForm.initial_of(_most(request.user, now)) | {"key": uuid.uuid4()}
        return _amount_page(request, AmountForm(initial=initial, currencies=currencies), now)
    if "net" in request.POST:
        return _confirmed(request, now, currencies)
    form = AmountForm(request.POST, currencies=currencies)
    if not form.is_valid():
        return _amount_page(request, form, now, status=422)
    closed = failed(gates(request.user, now, form.asked))
    if closed:
        form.add_error(DIAMONDS, [gate.sentence for gate in closed])
        return _amount_page(request, form, now, status=422)
    try:
        offer = quotes.quote(creator=request.user, asked=form.asked, at=now)
        return _confirm_page(request, offer, form.cleaned_data["key"], currencies)
    except REFUSALS as error:
        form.add_error(DIAMONDS, str(error))
        return _amount_page(request, form, now, status=422)


def _most(creator, now: dt.datetime) -> dict[str, int]:
    try:
        return largest_request(creator, now)
    except NoRate:
        return {}  # whose gate says so beside the form


def _amount_page(request: HttpRequest, form: AmountForm, now, status: int = 200) -> HttpResponse:
    found, checklist = queries.balances_of(request.user.pk), gates(request.user, now)
    context = {
        "form": form,
        "available": {DIAMOND: 0} | {unit: each.available for unit, each in found.items() if each.available},
        "closed": failed(checklist),
        "warnings": [gate for gate in checklist if gate.warning],
        "unreachable": unreachable(request.user, now),
    }
    return render(request, "payouts/payouts/new.html", context, status=status)


def _confirm_page(request: HttpRequest, offer: quotes.Quote, key: uuid.UUID, currencies) -> HttpResponse:
    method = queries.method_in_use(request.user.pk)
    if method is None:
        raise requests.UnusableMethod("Your account was removed a moment ago. Add one first.")
    initial = ConfirmForm.initial_of(offer.asked) | {"key": key, "method": method.pk, "net": offer.net}
    form = ConfirmForm(initial=initial, currencies=currencies)
    warnings = [gate for gate in gates(request.user, timezone.now(), offer.asked) if gate.warning]
    context = {"form": form, "quote": offer, "method": method, "warnings": warnings}
    return render(request, "payouts/payouts/confirm.html", context)


def _confirmed(request: HttpRequest, now, currencies) -> HttpResponse:
    form = ConfirmForm(request.POST, currencies=currencies)
    if not form.is_valid():
        messages.error(request, "Something was missing in that form, and nothing was requested. Start again.")
        return redirect("payouts:new")
    agreed = form.cleaned_data
    try:
        payout = requests.request_payout(
            creator=request.user,
            diamonds=form.asked.get(DIAMOND, 0),
            cash={unit: amount for unit, amount in form.asked.items() if unit != DIAMOND},
            method_id=agreed["method"],
            key=f"page:{agreed['key']}",
            at=now,
            accepted_net=agreed["net"],
        )
    except REFUSALS as error:
        again = AmountForm({**request.POST.dict(), "key": str(uuid.uuid4())}, currencies=currencies)
        again.full_clean()
        again.add_error(DIAMONDS, str(error))
        return _amount_page(request, again, now, status=422)
    messages.success(request, f"Requested. We wrote to {request.user.email}, and you can follow it here.")
    return redirect("payouts:payout", payout.id)


@creator_required
@require_GET
def quote(request: HttpRequest) -> HttpResponse:
    """The live quote beside the form."""
    now = timezone.now()
    given = {**request.GET.dict(), "key": str(uuid.uuid4())}
    form = AmountForm(given, currencies=queries.currencies_of(request.user.pk))
    context: dict = {}
    if form.is_valid():
        context["closed"] = failed(gates(request.user, now, form.asked))
        try:
            context["quote"] = quotes.quote(creator=request.user, asked=form.asked, at=now)
        except REFUSALS as error:
            context["refusal"] = str(error)
    return render(request, "payouts/payouts/_quote.html", context)

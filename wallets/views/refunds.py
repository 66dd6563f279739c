import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from wallets.forms import RefundForm
from wallets.operations.refunds import UnableToRefund, UnderWay, refusal, request_refund
from wallets.queries.purchases import purchase_of
from wallets.queries.refunds import refund_of, refund_quote
from wallets.refund_words import NEXT, TONES, steps
from wallets.states import REFUNDS_UNDER_WAY


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What a refund would give back, and the button that asks for it."""
    purchase = purchase_of(request.user, pk)
    if purchase is None:
        raise Http404
    now = timezone.now()
    error = ""
    form = RefundForm(request.POST or None)
    if request.method == "POST":
        if form.is_valid():
            try:
                refund = request_refund(
                    purchase_id=purchase.pk,
                    viewer=request.user,
                    key=f"page:{form.cleaned_data['key']}",
                    at=now,
                    accepted_amount=form.cleaned_data["amount"],
                )
            except UnableToRefund as refused:
                error = str(refused)
            else:
                return redirect(refund)
        else:
            error = "This page is incomplete. Look at the figures again, then ask."
    quote = refund_quote(purchase)
    refused = refusal(quote, now)
    if isinstance(refused, UnderWay) and not error:
        return redirect(refused.refund)
    context = {
        "purchase": purchase,
        "quote": quote,
        "refused": refused,
        "error": "" if refused else error,
        "form": RefundForm(initial={"amount": quote.amount, "key": uuid.uuid4()}),
    }
    return render(request, "wallets/refunds/ask.html", context, status=422 if error else 200)


@login_required
@require_safe
def refund(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = refund_of(request.user, pk)
    if found is None:
        raise Http404
    if request.GET.get("seen") == found.state:
        return HttpResponse(status=204)
    context = {
        "refund": found,
        "events": steps(found),
        "tone": TONES[found.state],
        "next_step": NEXT[found.state],
        "still_moving": found.state in REFUNDS_UNDER_WAY,
    }
    return render(request, "wallets/refunds/refund.html", context)

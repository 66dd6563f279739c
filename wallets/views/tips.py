from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ledger.chart import VIEWER_COINS
from ledger.operations import IdempotencyConflict
from ledger.queries import balance
from ledger.units import COIN, format_amount
from wallets.operations.refusals import UnableToSend
from wallets.operations.tips import Tipped, send_tip
from wallets.queries.tips import tips_of
from wallets.settings_forms import TipForm
from wallets.views.refusals import next_step

PAGE = 25


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tips(request: HttpRequest) -> HttpResponse:
    """Coins for somebody else: who and how many, then what it comes to, then it is done."""
    refusal = None
    if request.method == "POST":
        form = TipForm(request.POST)
        if form.is_valid() and "confirmed" not in request.POST:
            return _confirm(request, form)
        try:
            if form.is_valid():
                messages.success(request, _told(_send(request, form)))
                return redirect("wallets:tips")
        except (UnableToSend, IdempotencyConflict) as error:
            refusal = error
            form.add_error(None, str(error))
    else:
        form = TipForm(initial={"handle": request.GET.get("to", "")[:31]})
    context = {
        "form": form,
        "next_step": next_step(refusal),
        "coins": balance(VIEWER_COINS.of(request.user.pk)),
        "page_obj": Paginator(tips_of(request.user), PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "wallets/tips/tips.html", context, status=422 if form.is_bound else 200)


def _confirm(request: HttpRequest, form: TipForm) -> HttpResponse:
    coins = balance(VIEWER_COINS.of(request.user.pk))
    context = {
        "form": form,
        "recipient": form.recipient,
        "coins": form.cleaned_data["coins"],
        "left": coins - form.cleaned_data["coins"],
    }
    return render(request, "wallets/tips/confirm.html", context)


def _send(request: HttpRequest, form: TipForm) -> Tipped:
    return send_tip(
        sender=request.user,
        recipient=form.recipient,
        coins=form.cleaned_data["coins"],
        key=f"page:{form.cleaned_data['key']}",
        at=timezone.now(),
    )


def _told(tipped: Tipped) -> str:
    what = f"{format_amount(tipped.tip.coins, COIN)} to {tipped.tip.recipient}"
    return f"You had already sent {what}." if tipped.replayed else f"You sent {what}."

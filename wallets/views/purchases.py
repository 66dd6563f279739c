import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wallets.forms import BuyForm
from wallets.models import CoinPurchase
from wallets.operations.purchases import (
    CheckoutRefused,
    CheckoutUnknown,
    PackageUnavailable,
    open_checkout,
    start_purchase,
)
from wallets.queries.purchases import is_watched, purchase_of
from wallets.states import PurchaseState


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def buy(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = BuyForm(
        request.POST if request.method == "POST" else None,
        viewer=request.user,
        at=now,
        initial={"package": request.GET.get("package")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            bought = start_purchase(
                viewer=request.user,
                package_id=form.cleaned_data["package"].pk,
                key=form.purchase_key(),
                at=now,
            )
        except (PackageUnavailable, CheckoutUnknown, CheckoutRefused) as refusal:
            form.add_error(None, str(refusal))
        else:
            return _onward(bought)
    status = 422 if form.is_bound else 200
    return render(request, "wallets/purchases/buy.html", {"form": form}, status=status)


@login_required
@require_safe
def purchase(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return render(request, "wallets/purchases/purchase.html", _context(request, _found(request, pk)))


@login_required
@require_safe
def purchase_standing(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The part of a purchase's page that changes by itself; nothing while it is as the page has `seen` it."""
    found = _found(request, pk)
    if found.state == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "wallets/purchases/standing.html", _context(request, found))


@login_required
@require_POST
def purchase_checkout(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Go on to the payment page of a purchase, which is opened now if it could not be before."""
    found = _found(request, pk)
    try:
        return _onward(open_checkout(purchase_id=found.pk, at=timezone.now()))
    except (CheckoutUnknown, CheckoutRefused) as refusal:
        context = _context(request, refusal.purchase) | {"error": str(refusal)}
        return render(request, "wallets/purchases/purchase.html", context, status=422)


def _onward(bought: CoinPurchase) -> HttpResponse:
    return redirect(bought.checkout_url if bought.state == PurchaseState.PENDING else bought)


def _found(request: HttpRequest, pk: uuid.UUID) -> CoinPurchase:
    found = purchase_of(request.user, pk)
    if found is None:
        raise Http404
    return found


def _context(request: HttpRequest, found: CoinPurchase) -> dict:
    return {
        "purchase": found,
        "watching": is_watched(found, timezone.now()),
        "left": "left" in request.GET,
    }

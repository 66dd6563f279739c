import datetime as dt
import uuid

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ledger.queries import NoRate
from wallets.ages import AgeRefused, TooYoung, assert_adult
from wallets.forms import AgeForm, AmountForm, AmountPurchaseForm, BuyForm
from wallets.models import CoinPurchase, Dispute
from wallets.operations.ages import tell_age
from wallets.operations.purchases import (
    CheckoutRefused,
    CheckoutUnknown,
    UnableToBuy,
    open_checkout,
    start_purchase,
)
from wallets.queries.limits import cooling_off
from wallets.queries.offers import amount_offer, offers_for
from wallets.queries.purchases import is_watched, purchase_holding_first_offer, purchase_of
from wallets.queries.refunds import REFUND_DAYS, purchases_with_refunds
from wallets.receipts import receipt_pdf
from wallets.states import DisputeState, PurchaseState
from wallets.velocity import LimitReached
from wallets.views.wallet import freeze_notice

PAGE = 25
REFUSALS = (UnableToBuy, AgeRefused, LimitReached, NoRate, CheckoutUnknown, CheckoutRefused)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def buy(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    offers = offers_for(request.user, now)
    form = BuyForm(
        request.POST if request.method == "POST" else None, offers=offers, chosen=request.GET.get("package")
    )
    if request.method == "POST" and form.is_valid():
        offer = form.cleaned_data["package"]
        try:
            bought = start_purchase(
                viewer=request.user,
                package_id=offer.package.pk,
                key=form.purchase_key(),
                at=now,
                shown=(offer.coins, offer.price),
            )
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            return _onward(bought)
    return _buy_page(request, now, offers, form=form)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def amount(request: HttpRequest) -> HttpResponse:
    """GET: what so many coins cost, as a piece of the page. POST: buy them."""
    now = timezone.now()
    offers = offers_for(request.user, now)
    if request.method != "POST":
        asked = AmountForm(request.GET, offers=offers)
        return render(request, "wallets/purchases/amount.html", {"amount": asked})
    form = AmountPurchaseForm(request.POST, offers=offers)
    if form.is_valid():
        offer = form.offer
        try:
            bought = start_purchase(
                viewer=request.user,
                coins=form.cleaned_data["coins"],
                key=form.purchase_key(),
                at=now,
                shown=(offer.coins, offer.price),
            )
        except REFUSALS as refusal:
            form.add_error(None, str(refusal))
        else:
            return _onward(bought)
    return _buy_page(request, now, offers, amount=form)


@login_required
@require_POST
def about(request: HttpRequest) -> HttpResponse:
    """Where and when the buyer was born, as far as it was unknown."""
    now = timezone.now()
    form = AgeForm(request.POST, viewer=request.user, at=now)
    if form.is_valid():
        tell_age(viewer=request.user, at=now, **form.cleaned_data)
        return redirect("wallets:buy")
    return _buy_page(request, now, offers_for(request.user, now), age=form)


def _buy_page(request: HttpRequest, now: dt.datetime, offers: list, **forms) -> HttpResponse:
    """The one page, on which some of the forms may have been sent."""
    try:
        assert_adult(request.user, now)
        refusal = None
    except AgeRefused as error:
        refusal = error
    if "amount" not in forms and "coins" in request.GET:
        forms["amount"] = AmountForm(request.GET, offers=offers)
    context = {
        "form": BuyForm(offers=offers),
        "amount": AmountForm(offers=offers),
        "age": AgeForm(viewer=request.user, at=now),
        "refusal": refusal,
        "too_young": isinstance(refusal, TooYoung),
        "cooling_off": cooling_off(request.user, now),
        "held": purchase_holding_first_offer(request.user),
    }
    sent = request.method == "POST"
    context |= freeze_notice(request.user)
    return render(request, "wallets/purchases/buy.html", context | forms, status=422 if sent else 200)


@login_required
@require_safe
def purchases(request: HttpRequest) -> HttpResponse:
    """All of one's own, with their receipts and refunds."""
    found = Paginator(purchases_with_refunds(request.user, timezone.now()), PAGE)
    context = {"page_obj": found.get_page(request.GET.get("page")), "days": REFUND_DAYS}
    return render(request, "wallets/purchases/list.html", context)


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
    except UnableToBuy as refusal:
        return _told(request, found, str(refusal))
    except (CheckoutUnknown, CheckoutRefused) as refusal:
        return _told(request, refusal.purchase, str(refusal))


@login_required
@require_POST
def again(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A new purchase of as many coins, at today's price, which the page has shown."""
    found = _found(request, pk)
    now = timezone.now()
    facts = {"coins": found.paid_coins, "shown": request.POST.get("shown"), "key": request.POST.get("key")}
    form = AmountPurchaseForm(facts, offers=offers_for(request.user, now))
    if not form.is_valid():
        return _told(request, found, "The price has changed. Look at it below before you go on.")
    offer = form.offer
    try:
        bought = start_purchase(
            viewer=request.user,
            coins=found.paid_coins,
            key=form.purchase_key(),
            at=now,
            shown=(offer.coins, offer.price),
        )
    except (CheckoutUnknown, CheckoutRefused) as refusal:
        return _told(request, refusal.purchase, str(refusal))
    except REFUSALS as refusal:
        return _told(request, found, str(refusal))
    return _onward(bought)


@login_required
@require_safe
def receipt(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The receipt of a purchase that was paid, as PDF."""
    found = _found(request, pk)
    if found.entry_id is None:
        raise Http404
    return HttpResponse(
        receipt_pdf(found),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="receipt-{found.reference}.pdf"'},
    )


def _told(request: HttpRequest, found: CoinPurchase, error: str) -> HttpResponse:
    context = _context(request, found) | {"error": error}
    return render(request, "wallets/purchases/purchase.html", context, status=422)


def _onward(bought: CoinPurchase) -> HttpResponse:
    return redirect(bought.checkout_url if bought.state == PurchaseState.PENDING else bought)


def _found(request: HttpRequest, pk: uuid.UUID) -> CoinPurchase:
    found = purchase_of(request.user, pk)
    if found is None:
        raise Http404
    return found


def _disputes(found: CoinPurchase) -> list[Dispute]:
    """The newest first; an inquiry is none yet."""
    if found.state != PurchaseState.PAID:
        return []
    return list(found.disputes.exclude(state=DisputeState.INQUIRY).order_by("-id"))


def _context(request: HttpRequest, found: CoinPurchase) -> dict:
    now = timezone.now()
    over = found.state in (PurchaseState.FAILED, PurchaseState.EXPIRED)
    return {
        "purchase": found,
        "refunds": found.refunds.order_by("-id"),
        "disputes": _disputes(found),
        "watching": is_watched(found, now),
        "left": "left" in request.GET,
        "again": amount_offer(offers_for(request.user, now), found.paid_coins) if over else None,
        "fresh_key": uuid.uuid4(),
    }

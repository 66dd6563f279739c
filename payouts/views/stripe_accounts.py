from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ledger.creators import creator_required
from payouts import queries
from payouts.gates.methods import offered
from payouts.models.policies import MethodKind
from payouts.operations.methods import LOCK
from payouts.operations.stripe_accounts import (
    NotReady,
    StripeUnavailable,
    standing_of,
    start_onboarding,
    use_stripe_account,
)
from payouts.queries.methods import stripe_account_of
from payouts.views.methods import added, proven


def _refuse_elsewhere(request: HttpRequest, now) -> None:
    """Raises Http404 where nobody is paid through Stripe."""
    if MethodKind.STRIPE not in offered(request.user, now):
        raise Http404


@creator_required
@require_GET
def stripe_account(request: HttpRequest) -> HttpResponse:
    """Where Stripe sends a creator back to: what it says of the account now."""
    now = timezone.now()
    _refuse_elsewhere(request, now)
    account = stripe_account_of(request.user)
    if account is None:
        return redirect("payouts:add_method_of", MethodKind.STRIPE)
    context = {
        "account": account,
        "in_use": queries.method_in_use(request.user.pk),
        "had_one": queries.methods_of(request.user.pk).exists(),
        "lock_days": LOCK.days,
    }
    try:
        context["standing"] = standing = standing_of(account)
        context["due"] = [_words(field) for field in standing.due]
    except StripeUnavailable as error:
        context["problem"] = str(error)
    return render(request, "payouts/methods/stripe.html", context)


def _words(field: str) -> str:
    """individual.verification.document → Verification document."""
    return " ".join(field.split(".")[-2:]).replace("_", " ").removeprefix("individual ").capitalize()


@creator_required
@proven("payouts:add_method")
@require_POST
def onboard(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    _refuse_elsewhere(request, now)
    try:
        return redirect(start_onboarding(owner=request.user, at=now))
    except StripeUnavailable as error:
        messages.error(request, str(error))
        return redirect("payouts:add_method_of", MethodKind.STRIPE)


@creator_required
@proven("payouts:stripe_account")
@require_POST
def use(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    _refuse_elsewhere(request, now)
    try:
        method = use_stripe_account(owner=request.user, at=now)
    except (NotReady, StripeUnavailable) as error:
        messages.error(request, str(error))
        return redirect("payouts:stripe_account")
    messages.success(request, added(method, now))
    return redirect("payouts:methods")

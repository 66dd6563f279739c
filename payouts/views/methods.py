import time
import uuid
from functools import wraps
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger.creators import creator_required
from payouts import queries
from payouts.destinations import InvalidAccount
from payouts.forms.methods import FORMS, MethodForm
from payouts.gates import unreachable
from payouts.gates.methods import oddity, offered
from payouts.models import PayoutMethod
from payouts.operations.methods import LOCK, UnknownMethod, add_method, retire_method
from payouts.queries.identity import standing
from payouts.queries.pauses import pause_of


@creator_required
@require_GET
def methods(request: HttpRequest) -> HttpResponse:
    found, now = queries.methods_of(request.user.pk), timezone.now()
    in_use = next((method for method in found if method.retired_at is None), None)
    context = {
        "in_use": in_use,
        "odd": oddity(request.user, now),
        "paused": in_use and pause_of(in_use.fingerprint),
        "retired": [method for method in found if method.retired_at is not None],
        "now": now,
        "unreachable": unreachable(request.user, now),
        "lock_days": LOCK.days,
    }
    return render(request, "payouts/methods/list.html", context)


def proven(page: str = "", *, by_login: bool = False):
    """Who has just given the password, and where one is set the second factor, may go on; where `by_login`,
    also who gave them to log in. A form that is sent too late is thrown away: kept for later, bank details
    would stand in the clear in the session. `page` names the one with the form, where it is not the view's
    own."""

    def decorate(view):
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            proof = missing_proof(request, by_login=by_login)
            if proof is None:
                return view(request, *args, **kwargs)
            if request.method == "POST":
                messages.info(request, "Prove that it is you, then send the form again.")
            back = urlencode({"next": reverse(page) if page else request.path})
            return redirect(f"{reverse(proof)}?{back}")

        return guarded

    return decorate


def missing_proof(request: HttpRequest, *, by_login: bool = False) -> str | None:
    """The name of the page that asks for the proof that `proven` wants; None where it was given."""
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    logins = ("password", "mfa") if by_login else ()
    given = {
        one["method"]
        for one in records
        if one["at"] > since and (one.get("reauthenticated") or one["method"] in logins)
    }
    if not given:
        return "account_reauthenticate"
    return "mfa_reauthenticate" if is_mfa_enabled(request.user) and "mfa" not in given else None


@creator_required
@proven()
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, kind: str = "") -> HttpResponse:
    """The form of one kind of account: of those offered where the creator lives, the first by itself."""
    now = timezone.now()
    kinds = offered(request.user, now)
    if kind and kind not in kinds:
        raise Http404
    context = {
        "unreachable": unreachable(request.user, now),
        "kinds": kinds,
        "kind": kind or next(iter(kinds), None),
        "lock_days": LOCK.days,
        "had_one": queries.methods_of(request.user.pk).exists(),
        "in_use": queries.method_in_use(request.user.pk),
    }
    if context["kind"] in FORMS:
        form = context["form"] = FORMS[context["kind"]](
            request.POST or None,
            known_as=standing(request.user.pk, now).known_as,
            initial={"country": request.user.country},
        )
        if request.method == "POST" and form.is_valid() and (method := _added(request, form, now)):
            messages.success(request, added(method, now))
            return redirect("payouts:methods")
    refused = request.method == "POST"
    return render(request, "payouts/methods/add.html", context, status=422 if refused else 200)


def added(method: PayoutMethod, now) -> str:
    """What the page says of an account that was just added."""
    if method.usable_from <= now:
        return f"{method.masked} is where we pay you from now on."
    day = date_format(timezone.localtime(method.usable_from), "DATETIME_FORMAT")
    return f"{method.masked} is added. For your safety it is paid to from {day} on, and not before."


def _added(request: HttpRequest, form: MethodForm, now) -> PayoutMethod | None:
    try:
        return add_method(
            owner=request.user, holder=form.cleaned_data["holder"], destination=form.destination(), at=now
        )
    except InvalidAccount as error:
        form.add_error(error.field, str(error))


@creator_required
@proven("payouts:methods")
@require_POST
def retire(request: HttpRequest, method_id: uuid.UUID) -> HttpResponse:
    try:
        method = retire_method(owner=request.user, method_id=method_id, at=timezone.now())
    except UnknownMethod as error:
        raise Http404 from error
    messages.success(request, f"{method.masked} is removed. We pay nothing more to it.")
    return redirect("payouts:methods")

import uuid
from functools import wraps

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from payouts import queries
from payouts.destinations import InvalidAccount
from payouts.forms.methods import FORMS, MethodForm
from payouts.gates import unreachable
from payouts.gates.methods import offered
from payouts.models import PayoutMethod
from payouts.operations.methods import LOCK, UnknownMethod, add_method, retire_method
from payouts.views import creator_required


@creator_required
@require_GET
def methods(request: HttpRequest) -> HttpResponse:
    found, now = queries.methods_of(request.user.pk), timezone.now()
    context = {
        "in_use": next((method for method in found if method.retired_at is None), None),
        "retired": [method for method in found if method.retired_at is not None],
        "now": now,
        "unreachable": unreachable(request.user, now),
        "lock_days": LOCK.days,
    }
    return render(request, "payouts/methods/list.html", context)


def proven(view):
    """Who has just given the password may go on. A form that is sent too late is thrown away: allauth would
    keep it, bank details in the clear, in the session."""
    checked = reauthentication_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return checked(request, *args, **kwargs)
        except ReauthenticationRequired:
            if request.method != "POST":
                raise
            messages.info(request, "That took a while: prove that it is you and fill the form in again.")
            return redirect(request.path)

    return guarded


@creator_required
@proven
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
        form = context["form"] = FORMS[context["kind"]](request.POST or None)
        if request.method == "POST" and form.is_valid() and (method := _added(request, form, now)):
            messages.success(request, f"{method.masked} is where we pay you from now on.")
            return redirect("payouts:methods")
    refused = request.method == "POST"
    return render(request, "payouts/methods/add.html", context, status=422 if refused else 200)


def _added(request: HttpRequest, form: MethodForm, now) -> PayoutMethod | None:
    try:
        return add_method(
            owner=request.user, holder=form.cleaned_data["holder"], destination=form.destination(), at=now
        )
    except InvalidAccount as error:
        form.add_error(error.field, str(error))


@creator_required
@require_POST
def retire(request: HttpRequest, method_id: uuid.UUID) -> HttpResponse:
    try:
        method = retire_method(owner=request.user, method_id=method_id, at=timezone.now())
    except UnknownMethod as error:
        raise Http404 from error
    messages.success(request, f"{method.masked} is removed. We pay nothing more to it.")
    return redirect("payouts:methods")

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payouts.views.methods import proven
from portal.admin_site import lacks_second_factor
from portal.key_forms import KeyForm
from portal.operations import keys as operations
from portal.queries.keys import keys_of
from portal.scopes import SCOPES


@login_required
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The reader's keys, and those that ended."""
    found, now = [*keys_of(request.user)], timezone.now()
    for key in found:
        key.can = [(scope, SCOPES[scope].words) for scope in key.scopes if scope in SCOPES]
        key.ended_at = key.revoked_at or (key.expires_at and key.expires_at <= now and key.expires_at)
    context = {
        "working": [key for key in found if not key.ended_at],
        "ended": [key for key in found if key.ended_at],
    }
    return render(request, "portal/keys/list.html", context)


@login_required
@proven(by_login=True)
@never_cache
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """The key stands in the answer to the form, and nowhere ever again."""
    if request.user.is_staff and lacks_second_factor(request):
        messages.info(request, "Keys of staff need a second factor. Set one up, then come back.")
        return redirect("mfa_index")
    form = KeyForm(request.POST if request.method == "POST" else None, person=request.user)
    if request.method == "POST" and form.is_valid() and (issued := _issued(request, form)):
        return render(request, "portal/keys/made.html", {"issued": issued})
    status = 422 if request.method == "POST" else 200
    return render(request, "portal/keys/new.html", {"form": form}, status=status)


def _issued(request: HttpRequest, form: KeyForm) -> operations.Issued | None:
    facts, now = form.cleaned_data, timezone.now()
    try:
        return operations.issue_key(
            user=request.user,
            name=facts["name"],
            scopes=facts["scopes"],
            at=now,
            expires_at=form.expires_at(now),
            key_id=facts["key_id"],
        )
    except operations.UnableToIssue as refusal:
        form.add_error(refusal.field, str(refusal))


@login_required
@require_POST
def revoke(request: HttpRequest, key_id: uuid.UUID) -> HttpResponse:
    try:
        key = operations.revoke_key(user=request.user, key_id=key_id, at=timezone.now())
    except operations.UnknownKey as problem:
        raise Http404 from problem
    messages.success(request, f"{key.name} is revoked. It opens nothing any more.")
    return redirect("keys")

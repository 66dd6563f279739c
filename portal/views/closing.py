import datetime as dt
import json

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from payouts.views.methods import proven
from portal.forms import ClosingForm
from portal.operations.closing import GRACE, MoreToLose, SomethingStops, ask_to_close
from portal.queries.closing import Ahead, ahead_of


@login_required
@require_safe
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """What stands in the way, and what would be lost."""
    now = timezone.now()
    context = {"ahead": ahead_of(request.user, now), "closes_at": now + GRACE, "days": GRACE.days}
    return render(request, "portal/closing/overview.html", context)


@login_required
@proven()
@require_http_methods(["GET", "POST"])
@never_cache
def confirm(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    ahead = ahead_of(request.user, now)
    if ahead.stops:
        return redirect("close_account")
    form = ClosingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _asked(request, form, now):
        logout(request)
        return redirect("close_account_asked")
    return _page(request, form, ahead, now)


def _asked(request: HttpRequest, form: ClosingForm, now: dt.datetime) -> bool:
    try:
        ask_to_close(person=request.user, agreed=form.cleaned_data["agreed"], at=now)
    except (SomethingStops, MoreToLose) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _page(request: HttpRequest, form: ClosingForm, ahead: Ahead, now: dt.datetime) -> HttpResponse:
    context = {
        "form": form,
        "given_up": ahead.given_up.items(),
        "agreed_json": json.dumps(ahead.given_up),
        "closes_at": now + GRACE,
        "days": GRACE.days,
    }
    return render(request, "portal/closing/confirm.html", context, status=422 if form.errors else 200)


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/closing/asked.html", {"days": GRACE.days})

import datetime as dt
import zoneinfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wallets.operations.limits import (
    LOOSENED_AFTER,
    UnableToSetLimit,
    cancel_change,
    cool_off,
    set_caps,
    show_name,
)
from wallets.queries.limits import caps_of, given, settings_of
from wallets.settings_forms import CapsForm, CoolOffForm, NameForm


@login_required
@require_safe
def limits(request: HttpRequest) -> HttpResponse:
    return _page(request)


@login_required
@require_POST
def caps(request: HttpRequest) -> HttpResponse:
    """What it would come to is shown first; a second submission says `confirmed`."""
    form = CapsForm(request.POST)
    if not form.is_valid():
        return _page(request, caps_form=form, status=422)
    if "confirmed" not in request.POST:
        return _confirm_caps(request, form)
    set_caps(viewer=request.user, **form.cleaned_data, at=timezone.now())
    messages.success(request, "Your limits are set. What is looser than before begins in 24 hours.")
    return redirect("wallets:limits")


def _confirm_caps(request: HttpRequest, form: CapsForm) -> HttpResponse:
    now = timezone.now()
    current = caps_of(settings_of(request.user), now)
    changes = [
        {
            "name": name,
            "before": before,
            "after": after,
            "begins": now + LOOSENED_AFTER if before and (after is None or after > before) else None,
        }
        for name, before, after in (
            ("In a day", current.daily, form.cleaned_data["daily"]),
            ("In a month", current.monthly, form.cleaned_data["monthly"]),
        )
    ]
    return render(request, "wallets/limits/confirm_caps.html", {"form": form, "changes": changes})


@login_required
@require_POST
def cancel(request: HttpRequest) -> HttpResponse:
    cancel_change(viewer=request.user, at=timezone.now())
    messages.success(request, "Your limits stay as they are.")
    return redirect("wallets:limits")


@login_required
@require_POST
def start_cool_off(request: HttpRequest) -> HttpResponse:
    """It can't be taken back, so it is asked for twice."""
    form = CoolOffForm(request.POST)
    if form.is_valid():
        day = form.cleaned_data["until"]
        until = dt.datetime.combine(day, dt.time(), tzinfo=zoneinfo.ZoneInfo(request.user.time_zone))
        if "confirmed" not in request.POST:
            return render(request, "wallets/limits/confirm_cool_off.html", {"form": form, "until": until})
        try:
            cool_off(viewer=request.user, until=until, at=timezone.now())
        except UnableToSetLimit as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, "Your cool-off has begun.")
            return redirect("wallets:limits")
    return _page(request, cool_off_form=form, status=422)


@login_required
@require_POST
def name(request: HttpRequest) -> HttpResponse:
    show_name(viewer=request.user, anonymous="anonymous" in request.POST)
    messages.success(request, "Saved. It counts for the gifts that you send from now on.")
    return redirect("wallets:limits")


def _page(request: HttpRequest, *, caps_form=None, cool_off_form=None, status: int = 200) -> HttpResponse:
    now = timezone.now()
    settings = settings_of(request.user)
    current = caps_of(settings, now)
    context = {
        "caps": current,
        "given": given(settings, now),
        "zone": settings.time_zone,
        "cooling_off": settings.cool_off_until
        if settings.cool_off_until and settings.cool_off_until > now
        else None,
        "caps_form": caps_form or CapsForm(initial={"daily": current.daily, "monthly": current.monthly}),
        "cool_off_form": cool_off_form or CoolOffForm(),
        "name_form": NameForm(initial={"anonymous": settings.anonymous}),
    }
    return render(request, "wallets/limits/limits.html", context, status=status)

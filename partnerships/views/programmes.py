"""What the portal pays for beside gifts, and how a creator takes part."""

import datetime as dt
import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats, timezone
from django.views.decorators.http import require_GET, require_POST

from ledger.creators import creator_required
from partnerships.forms.programmes import AppealForm
from partnerships.models import Programme
from partnerships.operations import appeals, enrolments
from partnerships.programme_states import AppealState, EnrolmentState
from partnerships.queries import programme_pages as pages
from partnerships.queries.programmes import appeals_of, enrolment_in, events_of, left_suspended
from partnerships.queries.programmes import programmes as all_programmes

MONTH = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])")
TONES = {
    EnrolmentState.APPLIED: "info",
    EnrolmentState.ACTIVE: "good",
    EnrolmentState.REFUSED: "bad",
    EnrolmentState.SUSPENDED: "bad",
    EnrolmentState.LEFT: "neutral",
}
EVENTS = {
    "applied": ("You applied", "info"),
    "enrolled": ("You take part", "good"),
    "refused": ("Refused", "bad"),
    "suspended": ("Suspended", "bad"),
    "resumed": ("Resumed", "good"),
    "reinstated": ("Appeal upheld", "good"),
    "appealed": ("You appealed", "info"),
    "appeal_dismissed": ("Appeal dismissed", "bad"),
    "left": ("You left", "neutral"),
}
APPEAL_TONES = {
    AppealState.OPEN: "info",
    AppealState.UPHELD: "good",
    AppealState.DISMISSED: "bad",
    AppealState.WITHDRAWN: "neutral",
}


def _called(slug: str) -> Programme:
    return get_object_or_404(Programme, slug=slug)


@creator_required
@require_GET
def programmes(request: HttpRequest) -> HttpResponse:
    cards = pages.cards_of(request.user, list(all_programmes()), timezone.now())
    for card in cards:
        card.programme.tone = TONES.get(card.state, "neutral")
    return render(request, "partnerships/programmes/list.html", {"cards": cards})


@creator_required
@require_GET
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, _called(slug), AppealForm())


def _page(request: HttpRequest, found: Programme, form: AppealForm) -> HttpResponse:
    now = timezone.now()
    mine = enrolment_in(found.pk, request.user.pk)
    context = {
        "card": pages.card_of(request.user, found, mine, now),
        "tone": TONES.get(mine.state if mine else "", "neutral"),
        "form": form,
    }
    if mine is not None:
        context |= _past(mine) | _month(request, mine, now)
    return render(request, "partnerships/programmes/detail.html", context, status=422 if form.errors else 200)


def _past(mine) -> dict:
    events = list(events_of(mine))
    for event in events:
        event.title, event.tone = EVENTS[event.code]
        event.text = event.reason
    made = list(appeals_of(mine))
    for each in made:
        each.tone = APPEAL_TONES[AppealState(each.state)]
    return {"events": events, "appeals": made, "left_suspended": left_suspended(mine)}


def _month(request: HttpRequest, mine, now: dt.datetime) -> dict:
    """The month that was asked for, the newest otherwise."""
    months = pages.months_of(mine)
    asked = request.GET.get("month", "")
    if asked and not MONTH.fullmatch(asked):
        raise Http404
    first = dt.date.fromisoformat(f"{asked}-01") if asked else months[0].first if months else None
    if first is None:
        return {"months": []}
    rows = pages.days_of(mine, first)
    amounts = pages.month_amounts(rows, first)
    return {
        "months": months,
        "month": next((each for each in months if each.first == first), None),
        "first": first,
        "days": rows,
        "columns": [formats.date_format(day, "j") for day, _ in amounts],
        "series": [("Earned", [amount for _, amount in amounts])],
    }


@creator_required
@require_POST
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        mine = enrolments.apply(creator=request.user, programme=_called(slug), at=timezone.now())
    except (enrolments.NotEligible, enrolments.WrongState) as refusal:
        messages.error(request, str(refusal))
    else:
        active = mine.state == EnrolmentState.ACTIVE
        messages.success(
            request,
            "You take part. Each day counts from today on." if active else "Sent. Our staff look at it next.",
        )
    return redirect("partnerships:programme", slug)


@creator_required
@require_POST
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        enrolments.leave(creator=request.user, programme=_called(slug), at=timezone.now())
    except enrolments.UnknownEnrolment as refusal:
        raise Http404 from refusal
    except enrolments.WrongState as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "You left. Today is the last day that counts.")
    return redirect("partnerships:programme", slug)


@creator_required
@require_POST
def appeal(request: HttpRequest, slug: str) -> HttpResponse:
    found, form = _called(slug), AppealForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        appeals.appeal(creator=request.user, programme=found, at=timezone.now(), **form.cleaned_data)
    except enrolments.UnknownEnrolment as refusal:
        raise Http404 from refusal
    except enrolments.WrongState as refusal:
        form.add_error(None, str(refusal))
        return _page(request, found, form)
    messages.success(request, "Sent. Somebody else than who suspended you looks at it.")
    return redirect("partnerships:programme", slug)

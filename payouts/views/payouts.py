import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ledger.creators import creator_required
from ledger.units import DIAMOND
from payouts import queries, quotes
from payouts.gates import failed, gates, next_step, unreachable
from payouts.gates.stops import creator_may_cancel, kept_back
from payouts.operations import requests
from payouts.operations.moves import UnknownPayout, WrongState
from payouts.queries.pay_days import pay_days_of
from payouts.queries.review import messages_of, open_question
from payouts.states import OPEN, State
from payouts.timeline import TONES, expected_on, timeline
from payouts.timeline import next_step as next_step_of

PAGE = 20


@creator_required
@require_GET
def payouts(request: HttpRequest) -> HttpResponse:
    """Balances, what stands in the way, and every payout so far."""
    now = timezone.now()
    checklist, balances = gates(request.user, now), queries.balances_of(request.user.pk)
    closed = failed(checklist)
    page = Paginator(queries.payouts_of(request.user.pk), PAGE).get_page(request.GET.get("page"))
    for payout in page:
        payout.tone = TONES[State(payout.state)]
    context = {
        "diamonds": balances.pop(DIAMOND),
        "cash": balances,
        "checklist": checklist,
        "closed": closed,
        "next_step": next_step(closed),
        "warnings": [gate for gate in checklist if gate.warning],
        "unreachable": unreachable(request.user, now),
        "skipped": pay_days_of(request.user.pk).filter(payout__isnull=True).first(),
        "page_obj": page,
    }
    return render(request, "payouts/payouts/list.html", context)


@login_required
@require_GET
def payout(request: HttpRequest, payout_id: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(queries.payouts_of(request.user.pk), id=payout_id)
    if request.htmx and request.GET.get("seen") == str(found.version):
        return HttpResponse(status=204)  # the page that asks shows it already
    state, written = State(found.state), list(messages_of(found))
    policy = queries.policy_for(str(request.user.country), timezone.now())
    question, kept = open_question(written), kept_back(found, policy)
    context = {
        "payout": found,
        "lines": quotes.lines(found),
        "events": timeline(found, timezone.now(), kept),
        "next_step": next_step_of(found, question, kept),
        "tone": TONES[state],
        "messages_shared": written,
        "question": question,
        "may_answer": state in (State.IN_REVIEW, State.ON_HOLD),
        "may_cancel": creator_may_cancel(found, policy),
        "still_moving": state in OPEN,
        "expected_date": expected_on(found, kept),
    }
    return render(request, "payouts/payouts/detail.html", context)


@login_required
@require_POST
def cancel(request: HttpRequest, payout_id: uuid.UUID) -> HttpResponse:
    try:
        requests.cancel(payout_id=payout_id, creator=request.user, at=timezone.now())
    except UnknownPayout as error:
        raise Http404 from error
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Cancelled. What was held is available again.")
    return redirect("payouts:payout", payout_id)

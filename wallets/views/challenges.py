from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from ledger.queries import NoRate
from ledger.units import COIN, format_amount
from wallets.challenge_forms import ClaimForm, SubmissionForm
from wallets.challenge_states import ClaimState
from wallets.models import Campaign
from wallets.operations.challenges import UnableToTakePart, check_in, join, submit
from wallets.operations.rewards import claim
from wallets.queries.challenge_cards import board_for, card_for
from wallets.queries.challenges import (
    campaign_called,
    claims_of,
    has_checked_in,
    submissions_of,
    why_not_submit,
)
from wallets.queries.progress import today_of


@require_safe
def challenges(request: HttpRequest) -> HttpResponse:
    board = board_for(request.user, timezone.now())
    return render(request, "wallets/challenges/list.html", {"board": board, "now": timezone.now()})


@require_safe
def challenge(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, _found(slug))


@login_required
@require_POST
def join_challenge(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = _found(slug)
    return _done(
        request,
        campaign,
        lambda now: join(viewer=request.user, campaign=campaign, at=now),
        lambda _: "You are in. What you have done since it began counts already.",
    )


@login_required
@require_POST
def check_in_today(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = _found(slug)
    return _done(
        request,
        campaign,
        lambda now: check_in(viewer=request.user, campaign=campaign, at=now),
        lambda _: "You have checked in for today. Come back tomorrow.",
    )


@login_required
@require_POST
def send_in(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = _found(slug)
    form = SubmissionForm(request.POST)
    if not form.is_valid():
        return _page(request, campaign, submission_form=form, status=422)
    facts = form.cleaned_data
    return _done(
        request,
        campaign,
        lambda now: submit(
            viewer=request.user,
            campaign=campaign,
            key=f"page:{facts['key']}",
            text=facts["text"],
            link=facts["link"],
            at=now,
        ),
        lambda _: "Sent in. A creator looks at it, and we write to you.",
        submission_form=form,
    )


@login_required
@require_POST
def claim_reward(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = _found(slug)
    form = ClaimForm(request.POST)
    if not form.is_valid():
        return _page(
            request, campaign, refusal="This page was incomplete. Look again, then claim.", status=422
        )
    return _done(
        request,
        campaign,
        lambda now: claim(
            viewer=request.user, campaign=campaign, key=f"page:{form.cleaned_data['key']}", at=now
        ),
        _told_of_claim,
    )


def _told_of_claim(made) -> str:
    if made.state == ClaimState.APPROVED:
        return f"{format_amount(made.coins, COIN)} are in your wallet."
    return "Claimed. We look at it, and write to you."


def _done(request: HttpRequest, campaign: Campaign, act, told, submission_form=None) -> HttpResponse:
    """Do it and go back to the challenge, or show there why not."""
    try:
        result = act(timezone.now())
    except (UnableToTakePart, NoRate) as refusal:
        if submission_form is not None:
            submission_form.add_error(getattr(refusal, "field", None), str(refusal))
            return _page(request, campaign, submission_form=submission_form, status=422)
        return _page(request, campaign, refusal=str(refusal), status=422)
    messages.success(request, told(result))
    return redirect(campaign)


def _found(slug: str) -> Campaign:
    campaign = campaign_called(slug)
    if campaign is None:
        raise Http404
    return campaign


def _page(
    request: HttpRequest, campaign: Campaign, *, submission_form=None, refusal: str = "", status: int = 200
) -> HttpResponse:
    now = timezone.now()
    card = card_for(request.user, campaign, now)
    country = str(request.user.country) if request.user.is_authenticated else ""
    context = {
        "card": card,
        "campaign": campaign,
        "open": campaign.is_open(now),
        "claimable": campaign.is_claimable(now),
        "announced": now < campaign.starts_at,
        "elsewhere": request.user.is_authenticated and not campaign.is_for(country),
        "refusal": refusal,
    }
    if card.joining:
        submissions = submissions_of(card.joining)
        today = today_of(card.joining, now)
        context |= {
            "claims": claims_of(card.joining),
            "submissions": submissions,
            "why_not_submit": why_not_submit(card.joining, submissions),
            "checked_in": campaign.counts_days and has_checked_in(card.joining, today),
            "submission_form": submission_form or SubmissionForm(),
            "claim_form": ClaimForm(),
        }
    return render(request, "wallets/challenges/challenge.html", context, status=status)

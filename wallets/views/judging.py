"""Where creators judge what viewers sent in to challenges."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from wallets.challenge_forms import JudgingForm
from wallets.models import Campaign, Submission
from wallets.operations.challenges import UnableToJudge, judge
from wallets.queries.challenges import campaign_judged_by, judged_by, submissions_to

PAGE = 20


@login_required
@require_safe
def judged_challenges(request: HttpRequest) -> HttpResponse:
    page = Paginator(judged_by(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "wallets/challenges/judged.html", {"page_obj": page})


@login_required
@require_safe
def judging(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, _found(request, slug))


@login_required
@require_POST
def judge_submission(request: HttpRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    campaign = _found(request, slug)
    form = JudgingForm(request.POST, prefix=str(pk))
    if form.is_valid():
        try:
            judged = judge(
                creator=request.user,
                submission_id=pk,
                accepted=form.cleaned_data["decision"] == "accept",
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )
        except Submission.DoesNotExist as error:
            raise Http404 from error
        except UnableToJudge as refusal:
            form.add_error("reason", str(refusal))
        else:
            messages.success(request, f"{judged.get_state_display()}. The viewer is told.")
            return redirect("wallets:judging", slug)
    return _page(request, campaign, refused={pk: form}, status=422)


def _found(request: HttpRequest, slug: str) -> Campaign:
    campaign = campaign_judged_by(request.user, slug)
    if campaign is None:
        raise Http404
    return campaign


def _page(request: HttpRequest, campaign: Campaign, *, refused=None, status: int = 200) -> HttpResponse:
    page = Paginator(submissions_to(campaign), PAGE).get_page(request.GET.get("page"))
    for submission in page:
        form = (refused or {}).get(submission.pk)
        submission.form = form or JudgingForm(prefix=str(submission.pk))
    context = {"campaign": campaign, "page_obj": page, "closed": not campaign.is_claimable(timezone.now())}
    return render(request, "wallets/challenges/judging.html", context, status=status)

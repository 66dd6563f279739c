"""The link to a deal: its creator makes and revokes it, its brand looks at it without an account."""

import time
import uuid
from functools import wraps

from allauth.core.internal.httpkit import get_client_ip
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ledger.creators import creator_required
from ledger.encryption import digest
from partnerships.deal_states import BRAND_MAY, LIVE, DeliverableState, InvoiceState
from partnerships.forms.deal_shares import WordForm
from partnerships.models import DealShare
from partnerships.operations import deal_shares as operations
from partnerships.operations.deal_moves import UnableToMove, UnknownDeal
from partnerships.operations.deal_parts import brand_says
from partnerships.queries.deal_shares import share_of_token
from partnerships.views.deal_invoices import TONES, pdf_of
from partnerships.views.deals import DELIVERABLE_TONES, deal_or_404, deal_page

MINUTE = 60
LOOKS, WORDS = 60, 10
"""So many pages, and so many words of the brand, a minute for each link and for each place that asks."""


@creator_required
@require_POST
def share(request: HttpRequest, deal_id: uuid.UUID) -> HttpResponse:
    try:
        operations.share_deal(creator=request.user, deal_id=deal_id, at=timezone.now())
    except UnknownDeal as refusal:
        raise Http404 from refusal
    except operations.UnableToShare as refusal:
        return deal_page(request, deal_or_404(request, deal_id), refused=str(refusal), status=422)
    messages.success(
        request, "The link is ready. Whoever has it sees what its page shows, so send it to the brand alone."
    )
    return redirect("partnerships:deal", deal_id)


@creator_required
@require_POST
def revoke(request: HttpRequest, deal_id: uuid.UUID) -> HttpResponse:
    try:
        operations.revoke_share(creator=request.user, deal_id=deal_id, at=timezone.now())
    except UnknownDeal as refusal:
        raise Http404 from refusal
    messages.success(request, "Revoked. The link opens nothing any more.")
    return redirect("partnerships:deal", deal_id)


def shared(view):
    """Of a link that opens now, 404 for any other; not to be found, kept or told on, and not too often."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **kwargs) -> HttpResponse:
        now = timezone.now()
        answer = _too_often(request, token)
        if answer is None:
            found = share_of_token(token, now)
            if found is None:
                raise Http404
            answer = view(request, found, token=token, **kwargs)
            operations.was_seen(share=found, at=now)
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        # The address stays here; a browser that may not even tell us sends forms with no origin, too.
        answer.headers["Referrer-Policy"] = "same-origin"
        return answer

    return guarded


def _too_often(request: HttpRequest, token: str) -> HttpResponse | None:
    """Each link and each place is counted apart: guessing links is slowed as is drumming on one."""
    minute, past = divmod(int(time.time()), MINUTE)
    kind, most = ("word", WORDS) if request.method == "POST" else ("look", LOOKS)
    for who in (digest(token)[:32], get_client_ip(request) or ""):
        if cache.count(f"shared:{kind}:{who}:{minute}", MINUTE) > most:
            answer = render(request, "partnerships/deals/shared_busy.html", status=429)
            answer.headers["Retry-After"] = str(MINUTE - past)
            return answer
    return None


@shared
@require_safe
def page(request: HttpRequest, found: DealShare, token: str) -> HttpResponse:
    return _page(request, found, token)


def _page(
    request: HttpRequest, found: DealShare, token: str, *, refused: str = "", about=None, status: int = 200
) -> HttpResponse:
    deal = found.deal
    deliverables = list(deal.deliverables.exclude(state=DeliverableState.DROPPED))
    for each in deliverables:
        each.tone = DELIVERABLE_TONES[DeliverableState(each.state)]
        each.refused = refused if each.pk == about else ""
    invoices = list(deal.invoices.filter(credits=None, state__in=LIVE).order_by("number"))
    for each in invoices:
        each.tone = TONES[InvoiceState(each.state)]
    context = {
        "token": token,
        "deal": deal,
        "deliverables": deliverables,
        "invoices": invoices,
        "expires_at": found.expires_at,
        "said": request.GET.get("said") in BRAND_MAY,
    }
    return render(request, "partnerships/deals/shared.html", context, status=status)


@shared
@require_http_methods(["POST"])
def say(request: HttpRequest, found: DealShare, token: str, deliverable_id: uuid.UUID) -> HttpResponse:
    """Approve what was submitted, or want changes."""
    form = WordForm(request.POST)
    if not form.is_valid():
        return _page(request, found, token, refused=form.words, about=deliverable_id, status=422)
    to = DeliverableState(form.cleaned_data["to"])
    try:
        brand_says(
            deal_id=found.deal_id,
            deliverable_id=deliverable_id,
            to=to,
            comment=form.cleaned_data["comment"],
            at=timezone.now(),
        )
    except UnknownDeal as refusal:
        raise Http404 from refusal
    except UnableToMove as refusal:
        return _page(request, found, token, refused=str(refusal), about=deliverable_id, status=422)
    return redirect(f"{request.path.partition('/deliverables/')[0]}/?said={to.value}")


@shared
@require_safe
def pdf(request: HttpRequest, found: DealShare, token: str, invoice_id: uuid.UUID) -> HttpResponse:
    live = found.deal.invoices.select_related("brand", "creator").filter(credits=None, state__in=LIVE)
    return pdf_of(get_object_or_404(live, pk=invoice_id))

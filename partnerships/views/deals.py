"""The deal itself: written down, looked at, changed."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from ledger.creators import creator_required
from ledger.operations import IdempotencyConflict
from partnerships.deal_states import DELIVERABLE_MOVES, MOVES, DeliverableState, Stage
from partnerships.forms.deal_files import FileForm
from partnerships.forms.deals import DealForm
from partnerships.models import BrandDeal
from partnerships.operations import deals as operations
from partnerships.operations.deal_moves import Stale, UnknownDeal
from partnerships.queries.deal_clashes import forbidden_by, forbidding
from partnerships.queries.deal_invoices import invoices_of
from partnerships.queries.deals import deals_of

TONES = {
    Stage.LEAD: "neutral",
    Stage.NEGOTIATING: "neutral",
    Stage.CONTRACTED: "info",
    Stage.IN_PROGRESS: "info",
    Stage.DELIVERED: "warn",
    Stage.INVOICED: "warn",
    Stage.PAID: "good",
    Stage.LOST: "bad",
}
_D = DeliverableState
DELIVERABLE_TONES = {
    _D.TO_DO: "neutral",
    _D.SUBMITTED: "info",
    _D.CHANGES: "warn",
    _D.APPROVED: "info",
    _D.PUBLISHED: "good",
    _D.DROPPED: "neutral",
}


def deal_or_404(request: HttpRequest, deal_id: uuid.UUID) -> BrandDeal:
    return get_object_or_404(deals_of(request.user.pk), pk=deal_id)


@creator_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    first = {"currency": request.user.base_currency, "brand": request.GET.get("brand", "")}
    form = DealForm(request.POST or None, creator=request.user, initial=first)
    if request.method == "POST" and form.is_valid():
        now, facts = timezone.now(), form.cleaned_data
        try:
            deal = operations.create_deal(
                creator=request.user,
                brand=form.chosen_brand,
                terms=form.terms,
                key=facts["key"],
                stage=Stage(facts["stage"]),
                at=now,
            )
        except UnknownDeal as refusal:
            raise Http404 from refusal
        except (operations.UnableToSave, IdempotencyConflict) as refusal:
            form.add_error(getattr(refusal, "field", None), str(refusal))
        else:
            return _saved(request, deal, "Written down.")
    status = 422 if form.errors else 200
    return render(request, "partnerships/deals/edit.html", {"form": form}, status=status)


@creator_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, deal_id: uuid.UUID) -> HttpResponse:
    deal = deal_or_404(request, deal_id)
    form = DealForm(request.POST or None, creator=request.user, initial=DealForm.initial_of(deal))
    del form.fields["stage"]
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            deal = operations.change_deal(
                creator=request.user,
                deal_id=deal.pk,
                version=form.cleaned_data["version"] or 0,
                brand=form.chosen_brand,
                terms=form.terms,
                at=timezone.now(),
            )
        except UnknownDeal as refusal:
            raise Http404 from refusal
        except Stale as refusal:
            form.add_error(
                None, f"{refusal} What you wrote is still below; the page you came from has the rest."
            )
            status = 409
        except operations.UnableToSave as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return _saved(request, deal, "Saved.")
    if form.errors and status == 200:
        status = 422
    return render(request, "partnerships/deals/edit.html", {"form": form, "deal": deal}, status=status)


def _saved(request: HttpRequest, deal: BrandDeal, words: str) -> HttpResponse:
    """A clash is told at once."""
    messages.success(request, words)
    for ban in forbidding(deal):
        messages.warning(request, clash_words(ban))
    return redirect("partnerships:deal", deal.pk)


def clash_words(ban) -> str:
    return (
        f"“{ban.deal}” with {ban.deal.brand} promises that you work for no other brand in {ban.category} "
        f"until {ban.until_date:%d %B %Y}."
    )


@creator_required
@require_GET
def deal(request: HttpRequest, deal_id: uuid.UUID) -> HttpResponse:
    return deal_page(request, deal_or_404(request, deal_id))


def deal_page(
    request: HttpRequest, found: BrandDeal, *, refused: str = "", status: int = 200, file_form=None
) -> HttpResponse:
    """The whole page, with what was refused on top of it."""
    today = timezone.now().date()
    deliverables = list(found.deliverables.select_related("disclosure_file"))
    for each in deliverables:
        each.tone = DELIVERABLE_TONES[DeliverableState(each.state)]
        each.late = bool(each.due_date and each.due_date < today and each.tone != "good")
        each.moves = DELIVERABLE_MOVES[DeliverableState(each.state)]
    milestones = list(found.milestones.select_related("invoice"))
    exclusivities = list(found.exclusivities.select_related("deal"))
    share = found.shares.filter(revoked_at=None).first()
    address = reverse("partnerships:shared_deal", args=[share.token]) if share else ""
    context = {
        "deal": found,
        "tone": TONES[Stage(found.stage)],
        "moves": MOVES[Stage(found.stage)],
        "refused": refused,
        "today": today,
        "deliverables": deliverables,
        "milestones": milestones,
        "planned": sum(each.amount for each in milestones),
        "invoices": invoices_of(request.user.pk).filter(deal=found),
        "usage_rights": found.usage_rights.all(),
        "exclusivities": exclusivities,
        "clashes": [clash_words(ban) for ban in forbidding(found)],
        "forbidden": [(ban, list(forbidden_by(ban))) for ban in exclusivities],
        "files": found.files.all(),
        "file_form": file_form or FileForm(),
        "share": share,
        "share_link": request.build_absolute_uri(address) if share else "",
        "events": [_told(event) for event in found.events.select_related("actor")],
    }
    return render(request, "partnerships/deals/detail.html", context, status=status)


def _told(event) -> dict:
    tone = TONES[Stage(event.to_stage)] if event.to_stage else "neutral"
    return {"at": event.at, "title": event.what, "text": event.note, "tone": tone}

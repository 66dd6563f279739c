"""Parts and files of a deal: added, changed, moved on and removed."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger.creators import creator_required
from ledger.files import attachment
from ledger.vault import FileLost
from partnerships.deal_states import DeliverableState
from partnerships.forms import deal_parts as forms
from partnerships.forms.deal_files import FileForm
from partnerships.models import DealFile, Deliverable, Exclusivity, Milestone, UsageRight
from partnerships.operations import deal_parts as operations
from partnerships.operations.deal_files import UnacceptableFile, keep_file, read_file, remove_file
from partnerships.operations.deal_moves import UnableToMove, UnknownDeal
from partnerships.operations.deals import UnableToSave
from partnerships.views.deals import deal_or_404, deal_page


@dataclass(frozen=True)
class Kind:
    model: type[operations.Part]
    form: type[forms.PartForm]
    called: str


KINDS = {
    "deliverables": Kind(Deliverable, forms.DeliverableForm, "deliverable"),
    "milestones": Kind(Milestone, forms.MilestoneForm, "milestone"),
    "usage": Kind(UsageRight, forms.UsageRightForm, "right to use"),
    "exclusivities": Kind(Exclusivity, forms.ExclusivityForm, "exclusivity"),
}


@creator_required
@require_http_methods(["GET", "POST"])
def part(
    request: HttpRequest, deal_id: uuid.UUID, kind: str, part_id: uuid.UUID | None = None
) -> HttpResponse:
    """A form for a new part, or for the one with this id."""
    deal, about = deal_or_404(request, deal_id), _kind(kind)
    found = (
        get_object_or_404(about.model.objects.select_related("deal"), deal=deal, pk=part_id)
        if part_id
        else None
    )
    form = about.form(
        request.POST or None, deal=deal, initial=about.form.initial_of(found) if found else None
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.save_part(
                creator=request.user,
                deal_id=deal.pk,
                model=about.model,
                key=found.pk if found else form.cleaned_data["key"],
                at=timezone.now(),
                **form.facts,
            )
        except UnknownDeal as refusal:
            raise Http404 from refusal
        except UnableToSave as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, "Saved.")
            return redirect("partnerships:deal", deal.pk)
    context = {"deal": deal, "form": form, "part": found, "called": about.called, "kind": kind}
    return render(request, "partnerships/deals/part.html", context, status=422 if form.errors else 200)


@creator_required
@require_POST
def remove(request: HttpRequest, deal_id: uuid.UUID, kind: str, part_id: uuid.UUID) -> HttpResponse:
    try:
        operations.remove_part(
            creator=request.user, deal_id=deal_id, model=_kind(kind).model, part_id=part_id, at=timezone.now()
        )
    except UnknownDeal as refusal:
        raise Http404 from refusal
    except UnableToSave as refusal:
        return deal_page(request, deal_or_404(request, deal_id), refused=str(refusal), status=422)
    messages.success(request, "Removed.")
    return redirect("partnerships:deal", deal_id)


def _kind(kind: str) -> Kind:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


@creator_required
@require_POST
def move(request: HttpRequest, deal_id: uuid.UUID, part_id: uuid.UUID) -> HttpResponse:
    """A deliverable, on its way to be published."""
    deal, to = deal_or_404(request, deal_id), request.POST.get("to", "")
    get_object_or_404(deal.deliverables, pk=part_id)
    proof = forms.DeliverableForm.base_fields["proof_url"]
    try:
        operations.move_deliverable(
            creator=request.user,
            deliverable_id=part_id,
            to=DeliverableState(to),
            proof_url=proof.clean(request.POST.get("proof_url", "").strip()),
            at=timezone.now(),
        )
    except UnableToMove as refusal:
        return deal_page(request, deal, refused=str(refusal), status=422)
    except ValueError:
        return deal_page(request, deal, refused="Choose what became of it.", status=422)
    except forms.forms.ValidationError:
        return deal_page(request, deal, refused="That is no link: it begins with https://.", status=422)
    return redirect("partnerships:deal", deal.pk)


@creator_required
@require_POST
def add_file(request: HttpRequest, deal_id: uuid.UUID) -> HttpResponse:
    deal = deal_or_404(request, deal_id)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            keep_file(
                creator=request.user, deal_id=deal.pk, name=file.name, content=file.read(), at=timezone.now()
            )
        except UnacceptableFile as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, "Kept.")
            return redirect("partnerships:deal", deal.pk)
    return deal_page(request, deal, file_form=form, status=422)


@creator_required
@require_GET
def file(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """The file as it came, to its creator alone; never shown as a page of this site."""
    found = get_object_or_404(DealFile, deal__creator=request.user, pk=file_id)
    try:
        content = read_file(found)
    except FileLost as error:
        raise Http404 from error
    return attachment(content, content_type=found.content_type, name=found.name)


@creator_required
@require_POST
def drop_file(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    try:
        deal_id = remove_file(creator=request.user, file_id=file_id, at=timezone.now())
    except UnknownDeal as refusal:
        raise Http404 from refusal
    messages.success(request, "Removed.")
    return redirect("partnerships:deal", deal_id)

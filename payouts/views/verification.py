"""A creator shows who they are."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger import scans
from ledger.creators import creator_required
from ledger.operations import IdempotencyConflict
from payouts.forms.identity import DocumentForm, IdentityForm, initial_of
from payouts.gates.case import Case
from payouts.gates.identity import identity, tax_form
from payouts.identity_states import IdentityState
from payouts.models.identity import IdentityKind
from payouts.operations import identity as operations
from payouts.queries import identity as queries
from payouts.queries.tax_forms import tax_form_of

TONES = {
    IdentityState.SUBMITTED: "info",
    IdentityState.ASKED: "warn",
    IdentityState.VERIFIED: "good",
    IdentityState.REJECTED: "bad",
    IdentityState.SUPERSEDED: "neutral",
}


@creator_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    now, person = timezone.now(), request.user
    case, known = Case(person, now), queries.standing(person.pk, now)
    versions = list(queries.versions_of(person.pk))
    for version in versions:
        version.tone = TONES[IdentityState(version.state)]
        version.ran_out = version.state == IdentityState.VERIFIED and version.expires_at <= now
    context = {
        "identity_gate": identity(case),
        "tax_gate": tax_form(case),
        "standing": known,
        "documents": queries.documents_to_show(person.pk, now),
        "versions": versions,
        "tax_form": tax_form_of(person.pk),
        "kinds": IdentityKind,
    }
    return render(request, "payouts/verification/overview.html", context)


@creator_required
@require_http_methods(["GET", "POST"])
def documents(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        # What is too large is refused by its size: the operation would have to hold all of it first.
        content = told["file"].read(scans.LARGEST + 1)
        try:
            document = operations.upload_document(
                owner=request.user, kind=told["kind"], expires_date=told["expires_date"],
                content=content, at=now,
            )  # fmt: skip
        except operations.UnacceptableDocument as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, f"{document.get_kind_display()} added. It goes out with your details.")
            return redirect("payouts:documents")
    context = {
        "form": form,
        "unsent": queries.unsent_documents(request.user.pk),
        "sent": queries.documents_of(request.user.pk).filter(versions__isnull=False).distinct(),
        "asked": queries.standing(request.user.pk, now).asked,
    }
    status = 422 if form.errors else 200
    return render(request, "payouts/verification/documents.html", context, status=status)


@creator_required
@require_POST
def withdraw(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    try:
        operations.withdraw_document(owner=request.user, document_id=document_id)
    except operations.UnknownDocument as refusal:
        raise Http404 from refusal
    except operations.AlreadySent as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "It is removed.")
    return redirect("payouts:documents")


@creator_required
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in IdentityKind:
        raise Http404
    now = timezone.now()
    known = queries.standing(request.user.pk, now)
    about = {
        "country": str(request.user.country),
        "questions": {asked.field: asked.question for asked in known.asked},
    }
    if request.method == "POST":
        form = IdentityForm(kind, request.POST, **about)
        if form.is_valid() and _submitted(request, kind, form, now):
            return redirect("payouts:verification")
    else:
        initial = initial_of(known.latest, request.user) | {"key": uuid.uuid4()}
        form = IdentityForm(kind, initial=initial, **about)
    context = {
        "form": form,
        "kind": IdentityKind(kind),
        "other": next(other for other in IdentityKind if other != kind),
        "documents": queries.documents_to_show(request.user.pk, now),
        "asked": known.asked,
    }
    return render(request, "payouts/verification/details.html", context, status=422 if form.errors else 200)


def _submitted(request: HttpRequest, kind: str, form: IdentityForm, now) -> bool:
    try:
        operations.submit_identity(
            creator=request.user, kind=kind, facts=form.facts, key=f"page:{form.cleaned_data['key']}", at=now
        )
    except operations.UnableToSubmit as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    except IdempotencyConflict as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, "Sent. Our staff usually look at it within two business days.")
    return True

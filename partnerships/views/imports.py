"""A file, what it holds, and taking it in."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ledger.creators import creator_required
from ledger.sheets import sheet
from partnerships.forms.imports import UploadForm
from partnerships.imports import UnreadableFile
from partnerships.models import Import
from partnerships.models.imports import ImportState, Standing
from partnerships.operations import imports as operations
from partnerships.operations.undone_imports import NotToBeUndone
from partnerships.operations.undone_imports import undo as undo_import
from partnerships.queries.imports import imports_of, preview, rows_of, said_of

PAGE, ROWS = 20, 100
TONES = {
    ImportState.PREVIEWED: "warn",
    ImportState.CONFIRMED: "info",
    ImportState.APPLIED: "good",
    ImportState.DISCARDED: "neutral",
    ImportState.UNDOING: "info",
    ImportState.UNDONE: "neutral",
}


def _dialect(request: HttpRequest, code: str):
    try:
        return operations.dialect_for(code, request.user)
    except operations.UnknownDialect as refusal:
        raise Http404 from refusal


@creator_required
@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """Every file this person brought, and the kinds they may bring."""
    page = Paginator(imports_of(request.user.pk), PAGE).get_page(request.GET.get("page"))
    for importing in page:
        importing.tone = TONES[ImportState(importing.state)]
        importing.kind = operations.DIALECTS[importing.dialect].label
    mine = [dialect for dialect in operations.DIALECTS.values() if not dialect.permission]
    return render(request, "partnerships/imports/list.html", {"page_obj": page, "dialects": mine})


@creator_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, dialect: str) -> HttpResponse:
    kind = _dialect(request, dialect)
    form = UploadForm(
        kind,
        request.user,
        request.POST or None,
        request.FILES or None,
        initial={"subject": request.GET.get("about")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            importing = operations.upload(
                owner=request.user, dialect=dialect, at=timezone.now(), **form.upload()
            )
        except UnreadableFile as refusal:
            form.add_refusal(refusal)
        else:
            return redirect("partnerships:import", importing.pk)
    status = 422 if form.errors else 200
    return render(request, "partnerships/imports/new.html", {"form": form, "dialect": kind}, status=status)


@creator_required
@require_GET
def example(request: HttpRequest, dialect: str) -> HttpResponse:
    """A file as it should be; networks make theirs themselves."""
    kind = _dialect(request, dialect)
    if not kind.example:
        raise Http404
    head, *rows = kind.example
    return HttpResponse(
        sheet([dict(zip(head, row, strict=True)) for row in rows]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{dialect}-example.csv"'},
    )


@creator_required
@require_GET
def importing(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    """What a file holds: counts, totals, each row, and the refused ones with their lines."""
    found = get_object_or_404(Import, owner=request.user, pk=import_id)
    dialect = _dialect(request, found.dialect)
    seen = preview(found)
    shown = request.GET.get("rows", "")
    context = {
        "importing": found,
        "dialect": dialect,
        "about": operations.subject_of(found),
        "seen": seen,
        "tone": TONES[ImportState(found.state)],
        "layout": next((each.label for each in dialect.layouts if each.code == found.layout), ""),
        "shown": shown,
        "piles": [("", "All", seen.accepted + seen.refused), ("refused", "Refused", seen.refused)]
        + [(standing.value, standing.label, getattr(seen, standing)) for standing in Standing],
        "page_obj": Paginator(rows_of(found, shown), ROWS).get_page(request.GET.get("page")),
    }
    return render(request, "partnerships/imports/preview.html", context)


@creator_required
@require_POST
def confirm(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    try:
        done = operations.confirm(owner=request.user, import_id=import_id, at=timezone.now())
    except operations.UnknownImport as refusal:
        raise Http404 from refusal
    except (operations.NotToBeConfirmed, operations.NothingToTakeIn) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said_of(done))
    return redirect("partnerships:import", import_id)


@creator_required
@require_POST
def discard(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    try:
        operations.discard(owner=request.user, import_id=import_id)
    except operations.UnknownImport as refusal:
        raise Http404 from refusal
    except operations.NotToBeConfirmed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Discarded. Nothing was taken in.")
    return redirect("partnerships:imports")


@creator_required
@require_POST
def undo(request: HttpRequest, import_id: uuid.UUID) -> HttpResponse:
    try:
        done = undo_import(owner=request.user, import_id=import_id, at=timezone.now())
    except operations.UnknownImport as refusal:
        raise Http404 from refusal
    except NotToBeUndone as refusal:
        messages.error(request, str(refusal))
    else:
        over = done.state == ImportState.UNDONE
        messages.success(request, "Undone." if over else "It is being undone. This page tells how far.")
    return redirect("partnerships:import", import_id)

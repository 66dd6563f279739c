import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from payouts.views.methods import missing_proof, proven
from portal.operations.exports import KEPT_FOR, TooSoon, UnknownExport, ask_for_export, open_export
from portal.queries.exports import standing_of


@login_required
@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/personal_data/page.html", _context(request))


@login_required
@require_safe
def standing(request: HttpRequest) -> HttpResponse:
    """The part of the page that changes by itself; nothing while it is as the page has `seen` it."""
    context = _context(request)
    if context["standing"].seen == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "portal/personal_data/standing.html", context)


def _context(request: HttpRequest) -> dict:
    """`proof` names the page that asks for the password, if it has to be given first."""
    found = standing_of(request.user, timezone.now())
    return {"standing": found, "days": KEPT_FOR.days, "proof": missing_proof(request)}


@login_required
@proven("personal_data")
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    try:
        ask_for_export(person=request.user, at=timezone.now())
    except TooSoon as refusal:
        messages.error(request, str(refusal))
    return redirect("personal_data")


@login_required
@proven()
@require_GET
@never_cache
def download(request: HttpRequest, export_id: uuid.UUID) -> HttpResponse:
    now = timezone.now()
    try:
        export, pieces = open_export(person=request.user, export_id=export_id, at=now)
    except UnknownExport as problem:
        raise Http404 from problem
    day = export.ready_at.date()
    headers = {
        "Content-Length": export.size,
        "Content-Disposition": f'attachment; filename="my-data-{day}.zip"',
    }
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)

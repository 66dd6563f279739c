import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.forms import MailsForm, SeenForm
from portal.notices import kinds, offered_to
from portal.operations import notices as operations
from portal.queries.notices import muted_kinds, notices_of

PAGE = 20


@login_required
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Everything that the reader was told, in their language and formats."""
    told = notices_of(request.user)
    only_unread = request.GET.get("show") == "unread"
    if only_unread:
        told = told.filter(read_at__isnull=True)
    page = Paginator(told, PAGE).get_page(request.GET.get("page"))
    for notice in page:
        notice.about = kinds()[notice.kind]
        notice.words = notice.about.words(notice.facts)
    context = {"page_obj": page, "only_unread": only_unread, "until": timezone.now().isoformat()}
    return render(request, "portal/notices/list.html", context)


@login_required
@require_POST
def read(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Seen: on to what it is about, or back to the list."""
    try:
        notice = operations.mark_read(person=request.user, notice_id=notice_id, at=timezone.now())
    except operations.UnknownNotice as problem:
        raise Http404 from problem
    if notice.url and "stay" not in request.POST:
        return redirect(notice.url)
    page = urlencode({"page": request.POST.get("stay", "")})
    return redirect(f"{reverse('notices')}?{page}#notice-{notice.pk}")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """What came in after the page was shown stays unread."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Something was missing in that form, and nothing was marked. Try again.")
        return redirect("notices")
    operations.mark_all_read(person=request.user, until=form.cleaned_data["until"], at=timezone.now())
    return redirect("notices")


@login_required
@require_http_methods(["GET", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """Of which kinds the reader gets mails."""
    offered = offered_to(request.user)
    form = MailsForm(request.POST if request.method == "POST" else None, offered=offered)
    if request.method == "POST" and form.is_valid():
        operations.choose_mails(person=request.user, wanted=form.cleaned_data["mails"])
        messages.success(request, "Saved. That is what we mail you from now on.")
        return redirect("notice_choices")
    context = {"form": form, "offered": offered, "muted": muted_kinds(request.user)}
    return render(request, "portal/notices/choices.html", context, status=422 if form.errors else 200)

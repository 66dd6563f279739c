"""The demo's letter box: anyone who tries the demo may read it, and nowhere else does it exist."""

from functools import wraps
from pathlib import Path

from csp.decorators import csp
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from portal import demo_mail


def _only_in_the_demo(view):
    @wraps(view)
    def guarded(request: HttpRequest, **arguments) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        try:
            return require_safe(view)(request, **arguments)
        except demo_mail.NoSuchMail as error:
            raise Http404(str(error)) from error

    return guarded


def _folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)


@_only_in_the_demo
def mails(request: HttpRequest) -> HttpResponse:
    page = Paginator(demo_mail.mails(_folder()), 25).get_page(request.GET.get("page"))
    return render(request, "portal/demo_mail/list.html", {"page_obj": page})


@_only_in_the_demo
def mail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "portal/demo_mail/mail.html", {"mail": demo_mail.mail(_folder(), name)})


@_only_in_the_demo
@xframe_options_sameorigin
@csp({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "frame-ancestors": ["'self'"]})
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, in a frame that runs nothing and loads nothing."""
    return HttpResponse(demo_mail.mail(_folder(), name).html)

"""What stands between a request and its view, beside that of the libraries."""

import time
import uuid
import zoneinfo
from functools import cache, lru_cache
from http import HTTPMethod
from urllib.parse import parse_qs, urlsplit

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.middleware.http import ConditionalGetMiddleware
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import ResolverMatch, URLResolver, get_resolver, is_valid_path
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django_htmx.http import HttpResponseClientRedirect
from prometheus_client import Histogram

from portal.api.idempotency import settle

logger = structlog.get_logger("portal.requests")
_SECONDS = Histogram(
    "portal_api_request_seconds", "How long requests with a key took.", ["view", "method", "status"]
)
_labelled = cache(_SECONDS.labels)

_API, _PROGRAMS = "/api/", "/api/v1/"
_ENTRANCE = "/accounts/"


class KeyMiddleware:
    """Sends a program's request, which has a key and no session, through `settings.KEY_MIDDLEWARE` instead of
    all that pages need. Stands before everything else. A request to the API without a key goes on as a
    page's: the site's own scripts come with a session, and with all that guards one.

    What the API counted and claimed for a request is told and settled here, whatever came of it; and what a
    reader of the API has already is not sent again."""

    def __init__(self, get_response):
        self.get_response = get_response
        self._for_programs = _Programs().get_response
        self._conditional = ConditionalGetMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _has_key(request):
            # No reader's language may be left in this thread by the page it served before.
            language = translation.get_language_from_request(request)
            translation.activate(language)
            response = self._for_programs(request)
            response.headers.setdefault("Content-Language", language)
        else:
            response = self.get_response(request)
        if request.method == "GET" and request.path_info.startswith(_API):
            response = self._conditional.process_response(request, response)
        for name, value in getattr(request, "rate_limit", ()):
            response.headers[name] = value
        settle(request, response)
        return response


def _has_key(request: HttpRequest) -> bool:
    said = request.META.get("HTTP_AUTHORIZATION", "")
    return said[:7].lower() == "bearer " and request.path_info.startswith(_PROGRAMS)


class _Programs(BaseHandler):
    """Django's handler of requests, with the middleware of another setting. Nothing in it is asynchronous."""

    def __init__(self) -> None:
        self._view_middleware, self._template_response_middleware, self._exception_middleware = [], [], []
        self.get_response = convert_exception_to_response(self._get_response)
        for name in reversed(settings.KEY_MIDDLEWARE):
            middleware = import_string(name)(self.get_response)
            if hasattr(middleware, "process_view"):
                self._view_middleware.insert(0, middleware.process_view)
            if hasattr(middleware, "process_exception"):
                self._exception_middleware.append(middleware.process_exception)
            self.get_response = convert_exception_to_response(middleware)

    def resolve_request(self, request: HttpRequest) -> ResolverMatch:
        request.resolver_match = _resolved(get_resolver(), request.path_info)
        return request.resolver_match


@lru_cache
def _resolved(resolver: URLResolver, path: str) -> ResolverMatch:
    """The same for all requests to an address: not to be changed. Raises Resolver404."""
    return resolver.resolve(path)


class WatchMiddleware:
    """Gives what a program's request logs its id, and when it is over tells the log and the metrics.
    django-structlog and django-prometheus do more for pages, at a tenth of what a gift costs."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        # Not `bound_contextvars`: it looks through all that any library keeps for this thread.
        before = structlog.contextvars.bind_contextvars(request_id=str(uuid.uuid4()))
        try:
            response = self.get_response(request)
            person = getattr(request, "user", None)
            logger.info(
                "request_finished",
                request=f"{request.method} {request.get_full_path()}",
                code=response.status_code,
                user_id=person and person.pk and str(person.pk),
                user_agent=request.META.get("HTTP_USER_AGENT"),
            )
        finally:
            structlog.contextvars.reset_contextvars(**before)
        view = request.resolver_match.view_name if request.resolver_match else "none"
        method = request.method if request.method in HTTPMethod.__members__ else "other"
        _labelled(view, method, response.status_code).observe(time.perf_counter() - began)
        return response


class ReaderMiddleware:
    """Shows each reader the site in their own time zone and language; the API tells all of them UTC."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        zone = zoneinfo.ZoneInfo("UTC" if request.path_info.startswith(_PROGRAMS) else user.time_zone)
        with translation.override(user.language), timezone.override(zone):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


class ButtonMiddleware:
    """Leads who pressed a button after their session had ended through the login back to the page where it
    stands: what is behind a button is no page. Who comes to such an address all the same is told so."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (request.method == "POST" or request.htmx) and _asks_to_log_in(request, response):
            return _to_login_and_back(request, response)
        if request.method in {"GET", "HEAD"} and isinstance(response, HttpResponseNotAllowed):
            page = _page_above(request.path)
            if _page_before(request).startswith(_ENTRANCE):
                return redirect(page)
            response.content = render_to_string("405.html", {"page": page}, request)
        return response


def _asks_to_log_in(request: HttpRequest, response: HttpResponse) -> bool:
    if not isinstance(response, HttpResponseRedirect) or request.user.is_authenticated:
        return False
    return parse_qs(urlsplit(response.url).query).get("next") == [request.get_full_path()]


def _to_login_and_back(request: HttpRequest, response: HttpResponseRedirect) -> HttpResponse:
    """A part of a page is drawn by a script, which takes the whole page there."""
    if request.method == "POST":
        messages.info(request, "Log in, then send that again: nothing was done yet.")
    way = redirect_to_login(_page_before(request), login_url=urlsplit(response.url).path)
    return HttpResponseClientRedirect(way.url) if request.htmx else way


def _page_before(request: HttpRequest) -> str:
    """The page of ours from which the request came, as far as the browser tells; else its own address."""
    here = request.build_absolute_uri("/")
    came_from = request.META.get("HTTP_REFERER", "")
    page = came_from.removeprefix(here.removesuffix("/"))
    known = came_from.startswith(here) and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if known else request.get_full_path()


def _page_above(path: str) -> str:
    """The nearest address above that something answers at."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    return above if above == "/" or is_valid_path(above) else _page_above(above)

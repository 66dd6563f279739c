"""Sends the listeners of pages and overlays on to the feed: the pages' processes hold no connection open."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from wallets.feed import tickets
from wallets.feed.tickets import Ticket
from wallets.queries.overlays import overlay_of_token
from wallets.views.creators import creator_or_404


@never_cache
@require_safe
def creator_events(request: HttpRequest, handle: str) -> HttpResponse:
    viewer = request.user.pk.hex if request.user.is_authenticated else ""
    return _to_feed(request, Ticket(creator_or_404(handle).pk, viewer=viewer))


@never_cache
@require_safe
def overlay_events(request: HttpRequest, token: str) -> HttpResponse:
    overlay = overlay_of_token(token)
    if overlay is None:
        raise Http404
    return _to_feed(request, Ticket(overlay.creator_id, overlay=overlay.digest))


def feed_url(request: HttpRequest) -> str:
    """Where the feed answers; nothing where none is configured. The demo's is beside the page's host."""
    if settings.FEED_URL or not settings.FEED_PORT:
        return settings.FEED_URL
    host = request.get_host().rpartition(":")[0] if ":" in request.get_host() else request.get_host()
    return f"http://{host}:{settings.FEED_PORT}"


def _to_feed(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """A redirection that keeps the position to go on from, as the page or the browser itself told it."""
    base = feed_url(request)
    if not base:
        return HttpResponse("No feed runs here.", status=503, content_type="text/plain")
    query = {"ticket": tickets.sign(ticket)}
    if last := request.headers.get("Last-Event-ID") or request.GET.get("last"):
        query["last"] = last
    return HttpResponse(status=307, headers={"Location": f"{base}/feed/?{urlencode(query)}"})

"""Who follows a link, as far as a request tells."""

from functools import cache
from urllib.parse import urlsplit

from allauth.core.internal.httpkit import get_client_ip
from crawlerdetect import CrawlerDetect
from django.conf import settings
from django.http import HttpRequest

from ledger.encryption import digest
from partnerships.models import AffiliateClick

AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
"""Headers by which browsers say that nobody has asked for the page yet."""


def visitor_of(request: HttpRequest) -> dict:
    """The facts of `operations.affiliate_clicks.Visitor`. Costs no query."""
    agent = request.headers.get("User-Agent", "")
    number = request.COOKIES.get(settings.DEVICE_COOKIE, "")[:64]
    return {
        "address": get_client_ip(request) or "",
        "agent": agent,
        "language": request.headers.get("Accept-Language", ""),
        "referrer_host": _host(request.headers.get("Referer", "")),
        "country": _country(request.headers.get(settings.COUNTRY_HEADER, "")),
        "browser": digest(f"device:{number}") if number else "",
        "person_id": request.user.pk if request.user.is_authenticated else None,
        "dropped": _dropped(request, agent),
    }


def _dropped(request: HttpRequest, agent: str) -> str:
    if any("prefetch" in request.headers.get(name, "").lower() for name in AHEAD):
        return AffiliateClick.Dropped.PREFETCH
    if request.method == "HEAD" or not agent.strip() or _crawlers().is_crawler(agent):
        return AffiliateClick.Dropped.BOT
    return ""


@cache
def _crawlers() -> CrawlerDetect:
    return CrawlerDetect()


def _host(referrer: str) -> str:
    try:
        return (urlsplit(referrer).hostname or "")[:253]
    except ValueError:
        return ""


def _country(told: str) -> str:
    return told.upper() if len(told) == 2 and told.isalpha() and told.isascii() else ""

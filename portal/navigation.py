"""What stands in the header, by role. The apps' pages name themselves by URL name alone."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

VIEWER: tuple[tuple[str, str], ...] = (("Home", "home"),)
CREATOR: tuple[tuple[str, str], ...] = ()


def _links(request: HttpRequest, items) -> list[dict]:
    links = []
    for label, name in items:
        url = reverse(name)
        links.append(
            {
                "label": label,
                "url": url,
                "current": request.path == url or (url != "/" and request.path.startswith(url)),
            }
        )
    return links


def context(request: HttpRequest) -> dict:
    user = getattr(request, "user", None)
    items = VIEWER if user and user.is_authenticated else VIEWER[:1]
    if user and user.is_authenticated and user.is_creator:
        items += CREATOR
    return {"site_name": settings.SITE_NAME, "navigation": _links(request, items), "demo": settings.DEMO}

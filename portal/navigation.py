"""What stands in the header, by role. The apps' pages name themselves by URL name alone,
whose last part is also the name of their icon in `static/img/icons.svg`."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

VIEWER: tuple[tuple[str, str], ...] = (
    ("Home", "home"),
    ("Wallet", "wallets:wallet"),
    ("Challenges", "wallets:challenges"),
)
CREATOR: tuple[tuple[str, ...], ...] = (
    ("Studio", "studio"),
    (
        "Payouts",
        *(f"payouts:{page}" for page in ("payouts", "statements", "methods", "verification", "clawbacks")),
    ),
)
"""Those after the first hold a page that belongs there, too."""
STUDIO: tuple[tuple[str, str], ...] = (
    ("Overview", "studio"),
    ("Brand deals", "partnerships:deals"),
    ("Live", "wallets:live"),
    ("Programmes", "partnerships:programmes"),
    ("Merch", "partnerships:merch"),
    ("Affiliate", "partnerships:affiliate"),
    ("Payouts", "payouts:payouts"),
    ("Statements", "payouts:statements"),
    ("Payout methods", "payouts:methods"),
    ("Verification", "payouts:verification"),
    ("Webhooks", "webhooks"),
)
STAFF: tuple[tuple[str, str], ...] = (("Desk", "admin:index"),)
SETTINGS = (
    ("Profile", "profile"),
    ("Notifications", "notice_choices"),
    ("Email addresses", "account_email"),
    ("Password", "account_change_password"),
    ("Second factor", "mfa_index"),
    ("Sessions", "usersessions_list"),
    ("API keys", "keys"),
    ("Your data", "personal_data"),
    ("Webhooks", "webhooks"),
    ("Close account", "close_account"),
)


def _links(path: str, items: Iterable[tuple[str, ...]], *, front: str = "home") -> list[dict]:
    """The deepest page that holds the path is the current one; `front` holds only itself."""
    links = [
        {
            "label": label,
            "url": reverse(name),
            "icon": name.rpartition(":")[2],
            "depth": max(_depth(path, reverse(each), reverse(front)) for each in (name, *others)),
        }
        for label, name, *others in items
    ]
    deepest = max((link["depth"] for link in links), default=0)
    return [link | {"current": 0 < link["depth"] == deepest} for link in links]


def _depth(path: str, url: str, front: str) -> int:
    holds = path == url or (url != front and path.startswith(url))
    return len(url) if holds else 0


def context(request: HttpRequest) -> dict:
    user = getattr(request, "user", None)
    pages = {"site_name": settings.SITE_NAME, "support": settings.SUPPORT_EMAIL, "demo": settings.DEMO}
    if user and user.is_authenticated:
        items = VIEWER + CREATOR * user.is_creator + STAFF * user.is_staff
        pages["navigation"] = _links(request.path, items)
        pages["settings_navigation"] = _links(request.path, SETTINGS)
        if user.is_creator and request.path.startswith("/studio/"):
            pages["studio_navigation"] = _links(request.path, STUDIO, front="studio")
    return pages

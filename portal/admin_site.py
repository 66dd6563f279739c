"""The staff's site: the plain Django admin, behind a second factor where one is asked for."""

from functools import wraps

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.contrib.admin.views.main import ERROR_FLAG, SEARCH_VAR
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.queries.desk import piles


class PortalAdminSite(admin.AdminSite):
    site_header = site_title = f"{settings.SITE_NAME} staff"
    index_title = "Desk"
    enable_nav_sidebar = False  # lists of money need the width

    def index(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().index(
            request,
            {
                **(extra_context or {}),
                "desk": self._desk(request),
                "sees_treasury": request.user.has_perm("payouts.view_reconciliation"),
            },
        )

    def _desk(self, request: HttpRequest) -> list[dict]:
        """The piles that this person may look at, each with its count and the address of its list."""
        return [
            {
                "label": pile.label,
                "count": pile.rows.count(),
                "url": reverse(admin_urlname(pile.rows.model._meta, "changelist")) + pile.narrowed,
            }
            for pile in piles(request.user)
            if self.get_model_admin(pile.rows.model).has_view_permission(request)
        ]

    def get_urls(self) -> list:
        from portal.views import treasury  # it imports this site

        return [*treasury.urls(self.admin_view), *super().get_urls()]

    def admin_view(self, view, cacheable: bool = False):
        """A NUL in a filter is answered as other wrong ones are, by the whole list: only the database would
        find it out. The search box leaves it out itself."""

        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            asked = (value for name, values in request.GET.lists() if name != SEARCH_VAR for value in values)
            if any("\0" in value for value in asked):
                return redirect(f"{request.path}?{ERROR_FLAG}=1")
            return view(request, *args, **kwargs)

        return super().admin_view(guarded, cacheable)

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not lacks_second_factor(request)

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """The admin's own form would let staff in by password alone: everybody logs in at the front door,
        which asks for the second factor that they have and counts their attempts."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next") or reverse("admin:index"))
        if super().has_permission(request):
            messages.info(request, "The desk needs a second factor. Set one up, then come back.")
            return redirect("mfa_index")
        raise PermissionDenied("This page is for staff.")


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether staff's powers wait for one."""
    return settings.STAFF_NEED_SECOND_FACTOR and not is_mfa_enabled(request.user)

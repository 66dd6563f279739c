"""The staff's site: the plain Django admin behind a second factor where one is asked for."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest


class PortalAdminSite(admin.AdminSite):
    site_header = site_title = f"{settings.SITE_NAME} staff"
    index_title = "Desk"

    def has_permission(self, request: HttpRequest) -> bool:
        if not super().has_permission(request):
            return False
        return not settings.STAFF_NEED_SECOND_FACTOR or is_mfa_enabled(request.user)

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        from portal.api import schema  # noqa: F401  registers itself


class PortalAdminConfig(AdminConfig):
    default_site = "portal.admin_site.PortalAdminSite"

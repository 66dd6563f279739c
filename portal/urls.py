from django.contrib import admin
from django.urls import include, path, re_path

from portal.api import problems
from portal.views import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("", include("wallets.urls")),
    path("", include("payouts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("wallets.api")),
    path("api/v1/", include("payouts.api")),
    re_path(r"^api/", problems.not_found),
]

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.cache import cache_page
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from portal.api import earnings, problems
from portal.api.limits import MinuteLimit
from portal.views import (
    closing,
    demo_mail,
    health,
    income,
    keys,
    notices,
    pages,
    personal_data,
    profile,
    studio,
)

OPEN = {
    "permission_classes": [AllowAny],
    "authentication_classes": [],
    "throttle_classes": [MinuteLimit],
}

urlpatterns = [
    # First, because it is the busiest: addresses are tried in this order.
    path("api/v1/", include("wallets.api")),
    path("api/v1/", include("payouts.api")),
    path("api/v1/", include("partnerships.api")),
    path("api/v1/earnings/", earnings.EarningsView.as_view(), name="api-earnings"),
    path("api/v1/earnings/lines/", earnings.EarningsLinesView.as_view(), name="api-earnings-lines"),
    path("api/v1/", include("portal.api.webhooks")),
    path("api/v1/", include("portal.api.people")),
    path("", pages.home, name="home"),
    path("profile/", profile.profile, name="profile"),
    path("profile/creator/", profile.become_creator, name="become_creator"),
    path("profile/keys/", keys.keys, name="keys"),
    path("profile/keys/new/", keys.make, name="key_new"),
    path("profile/keys/<uuid:key_id>/revoke/", keys.revoke, name="key_revoke"),
    path("profile/data/", personal_data.personal_data, name="personal_data"),
    path("profile/data/standing/", personal_data.standing, name="personal_data_standing"),
    path("profile/data/ask/", personal_data.ask, name="personal_data_ask"),
    path("profile/data/<uuid:export_id>/", personal_data.download, name="personal_data_download"),
    path("profile/close/", closing.overview, name="close_account"),
    path("profile/close/confirm/", closing.confirm, name="close_account_confirm"),
    path("profile/close/asked/", closing.asked, name="close_account_asked"),
    path("notifications/", notices.notices, name="notices"),
    path("notifications/read/", notices.read_all, name="notices_read"),
    path("notifications/choices/", notices.choices, name="notice_choices"),
    path("notifications/<uuid:notice_id>/read/", notices.read, name="notice_read"),
    path("demo/mail/", demo_mail.mails, name="demo_mail"),
    path("demo/mail/<str:name>/", demo_mail.mail, name="demo_mail_read"),
    path("demo/mail/<str:name>/html/", demo_mail.mail_html, name="demo_mail_html"),
    path("studio/", studio.studio, name="studio"),
    path("studio/income/", income.rows, name="income"),
    path("studio/income/csv/", income.rows_csv, name="income_csv"),
    path("studio/goals/", income.goals, name="goals"),
    path("studio/webhooks/", include("portal.webhook_urls")),
    path("", include("wallets.urls")),
    path("", include("payouts.urls")),
    path("", include("partnerships.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    # It takes seconds to make and is the same for everybody.
    path("api/schema/", cache_page(300)(SpectacularAPIView.as_view(**OPEN)), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(**OPEN), name="api-docs"),
    path("favicon.ico", pages.favicon),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    re_path(r"^api/", problems.not_found),
]

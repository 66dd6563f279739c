from django.contrib import admin
from django.http import HttpRequest

from payouts.admin.base import ReadOnlyAdmin
from payouts.models import Statement


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    list_display = ("creator", "first_date", "sealed_at", "seal")
    list_select_related = ("creator",)
    search_fields = ("=creator__email", "=creator__handle", "=seal")
    search_help_text = "The whole email, handle or seal."
    date_hierarchy = "first_date"

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).select_related("previous")

from django.contrib import admin
from django.utils.translation import get_language

from ledger.units import format_amount


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that only operations write: staff look."""

    actions = None
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


class PricedAdmin(ReadOnlyAdmin):
    @admin.display(ordering="price", description="price")
    def money(self, row) -> str:
        return format_amount(row.price, row.currency, get_language() or "en")

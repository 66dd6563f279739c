from django.contrib import admin
from django.utils.translation import get_language

from ledger.admin import ReadOnlyAdmin
from ledger.units import format_amount


class PricedAdmin(ReadOnlyAdmin):
    @admin.display(ordering="price", description="price")
    def money(self, row) -> str:
        return format_amount(row.price, row.currency, get_language() or "en")

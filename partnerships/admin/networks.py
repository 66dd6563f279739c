"""Commissions of networks elsewhere: to be looked at. Their files change them."""

from django.contrib import admin

from ledger.admin import ReadOnlyAdmin
from partnerships.affiliate_words import money
from partnerships.models import NetworkCommission


@admin.register(NetworkCommission)
class NetworkCommissionAdmin(ReadOnlyAdmin):
    list_display = ("date", "network", "creator", "advertiser", "label", "state", "earned")
    list_filter = ("network", "state")
    list_select_related = ("creator",)
    search_fields = ("=external_id", "=reference", "=creator__email", "=creator__handle")
    search_help_text = "The whole number of a commission or order, email address or handle."
    date_hierarchy = "date"
    fields = (
        "creator", "network", "external_id", "advertiser", "label", "reference", "date", "state", "earned",
        "sold", "reason", "told_at",
    )  # fmt: skip

    @admin.display(description="commission", ordering="amount")
    def earned(self, row: NetworkCommission) -> str:
        return money(row.amount, row.currency)

    @admin.display(description="sale")
    def sold(self, row: NetworkCommission) -> str:
        return "–" if row.sale is None else money(row.sale, row.sale_currency)

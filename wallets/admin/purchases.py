from django.contrib import admin

from wallets.admin.base import PricedAdmin, ReadOnlyAdmin
from wallets.models import CoinPurchase, ProviderEvent


class ProviderEventInline(admin.TabularInline):
    model = ProviderEvent
    fields = ["received_at", "kind", "outcome", "note", "event_id"]
    readonly_fields = fields
    ordering = ["id"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request, obj=None) -> bool:
        return False


@admin.register(CoinPurchase)
class CoinPurchaseAdmin(PricedAdmin):
    list_display = ["created_at", "viewer", "coins", "money", "state", "provider"]
    list_filter = ["state", "provider", "currency", "created_at"]
    list_select_related = ["viewer"]
    search_fields = ["=id", "=provider_reference", "=viewer__email", "=viewer__handle"]
    search_help_text = "The whole purchase number, provider reference, email or handle."
    ordering = ["-id"]
    fields = [
        "id", "viewer", "package", "coins", "money", "state", "reason", "provider", "provider_reference",
        "entry", "key", "created_at", "opened_at", "asked_at", "closed_at",
    ]  # fmt: skip
    inlines = [ProviderEventInline]


@admin.register(ProviderEvent)
class ProviderEventAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "provider", "kind", "outcome", "note", "purchase"]
    list_filter = ["outcome", "provider", "kind", "received_at"]
    list_select_related = ["purchase"]
    search_fields = ["=event_id", "=purchase__id", "=purchase__provider_reference"]
    search_help_text = "The whole event id, purchase number or provider reference."
    ordering = ["-id"]
    exclude = ["raw"]  # names and addresses of buyers

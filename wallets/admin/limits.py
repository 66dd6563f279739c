"""What viewers and creators have set for themselves, and tips: to be looked at, not to be changed."""

from django.contrib import admin

from ledger.admin import ReadOnlyAdmin
from wallets.models import Block, CoinTip, CreatorSettings, ViewerSettings


@admin.register(ViewerSettings)
class ViewerSettingsAdmin(ReadOnlyAdmin):
    list_display = ["viewer", "daily_cap", "monthly_cap", "cool_off_until", "anonymous"]
    list_select_related = ["viewer"]
    search_fields = ["=viewer__email", "=viewer__handle"]
    search_help_text = "The viewer's whole email or handle."
    ordering = ["viewer_id"]


@admin.register(CreatorSettings)
class CreatorSettingsAdmin(ReadOnlyAdmin):
    list_display = ["creator", "gifts_off", "note"]
    list_select_related = ["creator"]
    list_filter = ["gifts_off"]
    search_fields = ["=creator__email", "=creator__handle"]
    search_help_text = "The creator's whole email or handle."
    ordering = ["creator_id"]


@admin.register(Block)
class BlockAdmin(ReadOnlyAdmin):
    list_display = ["blocked_at", "blocker", "blocked", "unnamed"]
    list_select_related = ["blocker", "blocked"]
    search_fields = ["=blocker__email", "=blocker__handle", "=blocked__email", "=blocked__handle"]
    search_help_text = "Either one's whole email or handle."
    ordering = ["-id"]


@admin.register(CoinTip)
class CoinTipAdmin(ReadOnlyAdmin):
    list_display = ["sent_at", "sender", "recipient", "coins"]
    list_select_related = ["sender", "recipient"]
    search_fields = ["=sender__email", "=sender__handle", "=recipient__email", "=recipient__handle"]
    search_help_text = "Either one's whole email or handle."
    ordering = ["-id"]

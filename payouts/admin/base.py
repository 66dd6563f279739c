from django.contrib import admin

from ledger.admin import ActionsAdmin, ReadOnlyAdmin

__all__ = ["ActionsAdmin", "ReadOnlyAdmin", "ReadOnlyInline"]


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

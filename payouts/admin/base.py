from django.contrib import admin

from ledger.admin import ActionsAdmin, ReadOnlyAdmin

__all__ = ["ActionsAdmin", "OthersOnly", "ReadOnlyAdmin", "ReadOnlyInline"]


class OthersOnly:
    """What staff write about a creator is not for that creator, even one who is staff, too: they see theirs
    in the studio."""

    def has_view_permission(self, request, obj=None) -> bool:
        own = obj is not None and obj.creator_id == request.user.pk
        return not own and super().has_view_permission(request, obj)


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

from django.contrib import admin

from ledger.admin import ActionsAdmin, ReadOnlyAdmin
from payouts import rails
from payouts.models.remittances import rail_label

__all__ = ["ActionsAdmin", "OthersOnly", "RailFilter", "ReadOnlyAdmin", "ReadOnlyInline", "rail"]


@admin.display(ordering="rail")
def rail(row) -> str:
    """For `list_display`."""
    return rail_label(row.rail)


class RailFilter(admin.SimpleListFilter):
    title = parameter_name = "rail"

    def lookups(self, request, model_admin):
        return [(name, rail_label(name)) for name in rails.names()]

    def queryset(self, request, queryset):
        return queryset.filter(rail=self.value()) if self.value() else queryset


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

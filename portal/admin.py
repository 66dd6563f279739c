"""People at the desk. Their emails, second factors and sessions are theirs: allauth's pages keep them."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin

from portal.models import User


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    list_display = ("email", "handle", "display_name", "country", "is_creator", "is_staff", "is_active")
    list_filter = ("is_creator", "is_staff", "is_active")
    search_fields = ("=email", "=handle", "display_name")
    search_help_text = "A whole email address or handle, or a part of a name."
    ordering = ("-id",)
    show_full_result_count = False
    list_per_page = 50
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (
            "Profile",
            {"fields": ("display_name", "handle", "country", "time_zone", "language", "base_currency")},
        ),
        (
            "What they may do",
            {"fields": ("is_active", "is_creator", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        ("When", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)

    def has_delete_permission(self, request, obj=None) -> bool:
        """Books name people for ever; someone who leaves is made inactive."""
        return False

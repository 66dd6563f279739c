"""People at the desk. Their emails, second factors and sessions are theirs: allauth's pages keep them."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied

from portal.models import User
from portal.operations.people import PROFILE

POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")


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
            {"fields": PROFILE},
        ),
        (
            "What they may do",
            {"fields": ("is_active", "is_creator", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        ("When", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)

    def get_readonly_fields(self, request, obj=None) -> tuple[str, ...]:
        """Powers are a superuser's to give: whoever may mend a profile must not be able to take them. Who is
        a creator is settled by operations, and a known email address belongs to the account's own pages."""
        fixed = (*self.readonly_fields, "is_creator", *(("email",) if obj else ()))
        return fixed if request.user.is_superuser else (*fixed, *POWERS)

    def user_change_password(self, request, id, form_url=""):
        if not request.user.is_superuser:
            raise PermissionDenied("Only a superuser sets somebody's password.")
        return super().user_change_password(request, id, form_url)

    def has_delete_permission(self, request, obj=None) -> bool:
        """Books name people for ever; someone who leaves is made inactive."""
        return False

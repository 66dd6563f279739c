"""People at the desk, and what they were told. Their emails, second factors and sessions are theirs:
allauth's pages keep them."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from ledger.admin import ReadOnlyAdmin
from portal.closing_admin import ClosureAdmin as ClosureAdmin
from portal.key_admin import ApiKeyAdmin as ApiKeyAdmin
from portal.models import Notice, User
from portal.notices import Words, kinds
from portal.operations.people import PROFILE
from portal.webhook_admin import WebhookDeliveryAdmin, WebhookEndpointAdmin

__all__ = ["NoticeAdmin", "UserAdmin", "WebhookDeliveryAdmin", "WebhookEndpointAdmin"]

DECIDERS = ("payouts.review_payout", "payouts.review_identity")
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

    def has_view_permission(self, request, obj=None) -> bool:
        """Who decides about somebody's money or identity may read their profile, and nobody's by a list."""
        decides = obj is not None and any(request.user.has_perm(each) for each in DECIDERS)
        return decides or super().has_view_permission(request, obj)

    def get_fieldsets(self, request, obj=None):
        if obj is None or super().has_view_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("email", *PROFILE, "is_active", "is_creator", "date_joined")}),)

    def has_delete_permission(self, request, obj=None) -> bool:
        """Books name people for ever; someone who leaves is made inactive."""
        return False


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """What people were told, for whoever answers their questions."""

    list_display = ("at", "person", "title", "to_mail", "mailed_at", "read_at")
    list_select_related = ("person",)
    search_fields = ("=person__email", "=person__handle", "=key")
    search_help_text = "A whole email address, handle or key."
    ordering = ("-id",)
    fields = (
        "person", "at", "title", "reason", "next_step", "url", "to_mail", "mailed_at", "read_at", "kind",
        "key",
    )  # fmt: skip

    def get_queryset(self, request) -> QuerySet[Notice]:
        return super().get_queryset(request).filter(kind__in=kinds())

    @admin.display(description="what they read")
    def title(self, notice: Notice) -> str:
        return _words(notice).title

    @admin.display
    def reason(self, notice: Notice) -> str:
        return _words(notice).reason

    @admin.display(description="next step")
    def next_step(self, notice: Notice) -> str:
        return _words(notice).next_step


def _words(notice: Notice) -> Words:
    return kinds()[notice.kind].words(notice.facts)

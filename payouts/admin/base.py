from functools import partial

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404
from django_object_actions import DjangoObjectActions

from ledger.admin import ReadOnlyAdmin


class ActionsAdmin(DjangoObjectActions, ReadOnlyAdmin):
    """Rows that staff may act on, by buttons that go through operations."""

    def get_urls(self) -> list:
        """An action's address that names no row is not found, rather than an error of ours."""
        urls = super().get_urls()
        for url in urls:
            if url.name and url.name.endswith("_actions"):
                url.callback = partial(_not_found_for_nonsense, url.callback)
        return urls


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


def _not_found_for_nonsense(view, *arguments, **options):
    try:
        return view(*arguments, **options)
    except ValidationError as error:
        raise Http404 from error

from functools import partial

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import get_language
from django_object_actions import DjangoObjectActions

from ledger.admin import ReadOnlyAdmin
from ledger.units import format_amount


class ActionsAdmin(DjangoObjectActions, ReadOnlyAdmin):
    """Rows that staff may act on, by buttons that go through operations."""

    def get_urls(self) -> list:
        """An action's address that names no row is not found, rather than an error of ours."""
        urls = super().get_urls()
        for url in urls:
            if url.name and url.name.endswith("_actions"):
                url.callback = partial(_not_found_for_nonsense, url.callback)
        return urls


def _not_found_for_nonsense(view, *arguments, **options):
    try:
        return view(*arguments, **options)
    except ValidationError as error:
        raise Http404 from error


class PricedAdmin(ReadOnlyAdmin):
    @admin.display(ordering="price", description="price")
    def money(self, row) -> str:
        return format_amount(row.price, row.currency, get_language() or "en")

"""The books, for staff to look at. Rates alone can be added to."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import get_language
from django_object_actions import DjangoObjectActions

from ledger.models import Account, Entry, Rate, Transfer
from ledger.operations import UnableToSetRate, assert_rate, set_rate
from ledger.units import UnknownUnit, format_amount


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic while it runs
    """Rows that only operations write: staff look. For the products' admins, too."""

    actions = None
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ActionsAdmin(DjangoObjectActions, ReadOnlyAdmin):  # type: ignore[misc]  # it has no types
    """Rows that staff may act on, by buttons that go through operations. For the products' admins."""

    def get_urls(self) -> list[URLPattern]:
        """An action's address that names no row is not found, rather than an error of ours."""
        urls = super().get_urls()
        for url in urls:
            if url.name and url.name.endswith("_actions"):
                url.callback = partial(_not_found_for_nonsense, url.callback)
        return urls


def _not_found_for_nonsense(
    view: Callable[..., HttpResponseBase], *arguments: object, **options: object
) -> HttpResponseBase:
    try:
        return view(*arguments, **options)
    except ValidationError as error:
        raise Http404 from error


def _money(parts: int, unit: str) -> str:
    return format_amount(parts, unit, get_language() or "en")


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("kind", "key", "at", "day", "reason")
    search_fields = ("=key",)
    search_help_text = "The whole key of an entry."
    ordering = ("-id",)
    fields = ("id", "kind", "key", "at", "day", "recorded_at", "reverses", "reason", "transfers")

    @admin.display(description="transfers")
    def transfers(self, entry: Entry) -> str:
        """From whom to whom, in the order of the chart."""
        rows = Transfer.objects.filter(entry_id=entry.id).select_related("account__owner", "contra__owner")
        lines = []
        for row in rows.order_by("account__code", "account__unit", "contra__code"):
            sides = (row.contra, row.account) if row.amount > 0 else (row.account, row.contra)
            named = [f"{side.code} of {side.owner or 'the platform'}" for side in sides]
            lines.append((*named, _money(abs(row.amount), row.account.unit)))
        return format_html_join("", "<p>{} → {}: <strong>{}</strong></p>", lines)


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ("code", "owner", "unit", "folded_total", "folded")
    list_filter = ("code",)
    search_fields = ("=owner__email", "=owner__handle")
    search_help_text = "The whole email address or handle of the owner."
    ordering = ("code", "unit", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        accounts: QuerySet[Account] = super().get_queryset(request)
        return accounts.select_related("owner")

    @admin.display(description="balance, its inbox aside")
    def folded_total(self, account: Account) -> str:
        return _money(account.total, account.unit)


class RateForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic while it runs
    class Meta:
        model = Rate
        fields = ("base", "quote", "value", "effective_at", "reason")
        help_texts = {
            "base": "COIN, DIAMOND or a currency's ISO 4217 code.",
            "quote": "What one of the base is worth, in this unit: DIAMOND or a currency.",
            "effective_at": "UTC. From then on, and never in the past: announce it in time.",
        }

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                assert_rate(**{name: facts[name] for name in _RATE}, at=timezone.now())
            except (UnableToSetRate, UnknownUnit) as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return facts


_RATE = ("base", "quote", "value", "effective_at")


@admin.register(Rate)
class RateAdmin(ReadOnlyAdmin):
    """A rate is announced, never changed: the next one follows it."""

    form = RateForm
    list_display = ("base", "quote", "value", "effective_at", "set_by", "reason")
    list_select_related = ("set_by",)
    ordering = ("base", "quote", "-effective_at")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("ledger.add_rate")

    def save_model(self, request: HttpRequest, obj: Rate, form: forms.BaseForm, change: bool) -> None:
        facts = {name: form.cleaned_data[name] for name in (*_RATE, "reason")}
        obj.pk = set_rate(**facts, at=timezone.now(), by=request.user.pk)

"""The books, for staff to look at. Rates can be added to, and entries of the owners' own funds."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django_object_actions import DjangoObjectActions

from ledger import own_funds_form
from ledger.models import Account, Entry, Rate, Transfer
from ledger.operations import UnableToMoveOwnFunds, UnableToSetRate, assert_rate, set_rate
from ledger.own_funds_form import OwnFundsForm
from ledger.rates import NoRate, rate
from ledger.units import UnknownUnit, decimals, format_amount


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic while it runs
    """Rows that only operations write: staff look. For the products' admins, too."""

    actions = None
    show_full_result_count = False
    list_per_page = 50
    refusals: tuple[type[Exception], ...] = ()
    """What saving may find out that the form could not, such as that somebody else was faster."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A refusal is told, rather than an error of ours."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except self.refusals as refusal:
            messages.error(request, str(refusal))
            return redirect(request.get_full_path())

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ConfirmedAddAdmin(ReadOnlyAdmin):
    """What can't be changed once it is added: staff see what the form would come to, and confirm it."""

    confirmation: ClassVar[dict[str, str]]
    """The page's `title`, its `intro` and what its `button` says."""
    columns: tuple[str, ...] = ()
    """What stands above the cells of `effects`."""

    def effects(self, facts: dict[str, Any]) -> list[tuple[str, ...]]:
        """What cleaned facts would come to, row by row."""
        return []

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "POST" and "confirmed" not in request.POST and self.has_add_permission(request):
            form = self.get_form(request)(request.POST)
            if form.is_valid():
                context = self.admin_site.each_context(request) | self.confirmation
                context |= {"opts": self.opts, "form": form, "columns": self.columns}
                context |= {"rows": self.effects(form.cleaned_data)}
                return render(request, "admin/ledger/confirm_new.html", context)
        return super().add_view(request, form_url, extra_context)


class ActionsAdmin(DjangoObjectActions, ReadOnlyAdmin):  # type: ignore[misc]  # it has no types
    """Rows that staff may act on, by buttons that go through operations. For the products' admins."""

    def get_urls(self) -> list[URLPattern]:
        urls = super().get_urls()
        for url in urls:
            if url.name and url.name.endswith("_actions"):
                url.callback = partial(self._act, url.callback)
        return urls

    def _act(
        self, view: Callable[..., HttpResponseBase], request: HttpRequest, **options: Any
    ) -> HttpResponseBase:
        """An address that names no row is not found, rather than an error of ours; one that is opened
        without its button, or reloaded after a login, leads back."""
        try:
            answer = view(request, **options)
        except ValidationError as error:
            raise Http404 from error
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            context = self.admin_site.each_context(request) | {"title": "Press the button again"}
            context |= {"opts": self.opts, "row_id": options.get("pk")}
            return render(request, "admin/ledger/by_button.html", context, status=answer.status_code)
        return answer


def _money(parts: int, unit: str) -> str:
    return format_amount(parts, unit, get_language() or "en")


@admin.register(Entry)
class EntryAdmin(ConfirmedAddAdmin):
    """Operations write entries. By hand, staff book what the owners paid in or took out, and that alone."""

    confirmation: ClassVar = {
        "title": "Book these own funds?",
        "intro": "An entry can’t be changed: what was wrong is booked the other way round.",
        "button": "Book it",
    }
    columns = ("Balance", "Before", "After")
    form = OwnFundsForm
    refusals = (UnableToMoveOwnFunds,)
    list_display = ("kind", "key", "at", "day", "reason")
    search_fields = ("=key",)
    search_help_text = "The whole key of an entry."
    ordering = ("-id",)
    fields = ("id", "kind", "key", "at", "day", "recorded_at", "reverses", "reason", "transfers")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("ledger.add_entry")

    def get_fields(self, request: HttpRequest, obj: Entry | None = None) -> tuple[str, ...]:
        return self.fields if obj else own_funds_form.FACTS

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = {"title": "Book own funds"}
        return super().add_view(request, form_url, (extra_context or {}) | title)

    def effects(self, facts: dict[str, Any]) -> list[tuple[str, ...]]:
        unit = facts["currency"]
        return [
            (f"{name} in {unit}", *(_money(each, unit) for each in parts))
            for name, *parts in own_funds_form.effects(facts)
        ]

    def save_model(self, request: HttpRequest, obj: Entry, form: forms.BaseForm, change: bool) -> None:
        obj.pk = own_funds_form.book(form).entry_id
        obj.refresh_from_db()

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
            "effective_at": "In your time zone. From then on, and never in the past.",
        }

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                assert_rate(**_rate_of(facts), at=timezone.now())
            except UnableToSetRate as refusal:
                self.add_error(refusal.field, str(refusal))
        return facts

    def clean_base(self) -> str:
        return _known(self.cleaned_data["base"])

    def clean_quote(self) -> str:
        return _known(self.cleaned_data["quote"])


_RATE = ("base", "quote", "value", "effective_at")


def _rate_of(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in _RATE}


def _known(unit: str) -> str:
    try:
        decimals(unit)
    except UnknownUnit as error:
        raise forms.ValidationError(str(error)) from error
    return unit


def _preview(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """What the rate would change, for who is about to confirm it."""
    try:
        before = f"{rate(facts['base'], facts['quote'], facts['effective_at']).value.normalize():f}"
    except NoRate:
        before = "none"
    told = [
        (f"1 {facts['base']} in {facts['quote']}, without it", before),
        ("With it", f"{facts['value'].normalize():f}"),
        ("From", f"{facts['effective_at'].astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"),
    ]
    for path in settings.LEDGER_RATE_PREVIEWS:
        try:
            told += import_string(path)(**_rate_of(facts))
        except NoRate as problem:
            told.append(("Unknown", str(problem)))
    return told


@admin.register(Rate)
class RateAdmin(ConfirmedAddAdmin):
    """A rate is announced, never changed: the next one follows it."""

    confirmation: ClassVar = {
        "title": "Announce this rate?",
        "intro": "A rate can’t be changed once it is announced: another one follows it.",
        "button": "Announce this rate",
    }

    form = RateForm
    refusals = (UnableToSetRate,)
    list_display = ("base", "quote", "value", "effective_at", "set_by", "reason")
    list_select_related = ("set_by",)
    ordering = ("base", "quote", "-effective_at")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("ledger.add_rate")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        ahead = settings.LEDGER_RATE_NOTICE.items()
        notice = ", ".join(f"{pair.replace('/', ' → ')} {days} days" for pair, days in ahead)
        subtitle = f"Announced ahead: {notice}." if notice else None
        return super().add_view(request, form_url, {**(extra_context or {}), "subtitle": subtitle})

    def effects(self, facts: dict[str, Any]) -> list[tuple[str, ...]]:
        return [*_preview(facts)]

    def save_model(self, request: HttpRequest, obj: Rate, form: forms.BaseForm, change: bool) -> None:
        facts = {name: form.cleaned_data[name] for name in (*_RATE, "reason")}
        obj.pk = set_rate(**facts, at=timezone.now(), by=request.user.pk)

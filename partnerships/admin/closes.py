"""Months of programmes, to be looked at before they are credited."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import pluralize
from django.utils.translation import get_language
from django_object_actions import action

from ledger.admin import ReadOnlyAdmin
from ledger.confirmed import ConfirmedAdmin, sent
from ledger.units import format_amount
from partnerships.models import Accrual, MonthClose
from partnerships.operations import closes
from partnerships.operations.programmes import NotPermitted
from partnerships.programme_states import CloseState
from partnerships.queries.closes import items_of, sums_of

ITEMS = 100


def money(parts: int, currency: str) -> str:
    return format_amount(parts, currency, get_language() or "en")


class VersionForm(forms.Form):
    """`version` is that of the page on which staff decided."""

    version = forms.IntegerField(widget=forms.HiddenInput)


@admin.register(MonthClose)
class MonthCloseAdmin(ConfirmedAdmin):
    change_form_template = "admin/partnerships/monthclose.html"
    refusals = (NotPermitted, closes.WrongState, closes.Stale, closes.UnknownClose)
    list_display = ("__str__", "state", "sum", "before", "creators", "first_approved_by", "approved_by")
    list_filter = ("state", "programme")
    list_select_related = ("programme", "first_approved_by", "approved_by")
    fields = (
        "programme", "month", "state", "prepared_at", "first_approved_by", "first_approved_at", "approved_by",
        "approved_at", "credited_at",
    )  # fmt: skip
    change_actions = ("approve", "restate")

    @admin.display(description="credits", ordering="total")
    def sum(self, close: MonthClose) -> str:
        return money(close.total, close.programme.currency)

    @admin.display(description="the month before")
    def before(self, close: MonthClose) -> str:
        return "–" if close.last_total is None else money(close.last_total, close.programme.currency)

    def get_change_actions(self, request: HttpRequest, object_id, form_url) -> tuple[str, ...]:
        close = self.get_object(request, object_id)
        waits = close is not None and close.state == CloseState.PREPARED
        if not waits or not request.user.has_perm("partnerships.approve_monthclose"):
            return ()
        return self.change_actions[closes.obstacle(close, request.user) != "" :]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        close = self.get_object(request, object_id)
        panel = {}
        if close is not None:
            waits = close.state == CloseState.PREPARED
            panel = {
                "close": close,
                "currency": close.programme.currency,
                "page": Paginator(items_of(close), ITEMS).get_page(request.GET.get("page")),
                "obstacle": closes.obstacle(close, request.user) if waits else "",
                "two": waits and closes.needs_second_approval(close),
            }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **panel})

    @action(label="Approve", methods=("POST",), button_type="form")
    def approve(self, request: HttpRequest, close: MonthClose) -> HttpResponse:
        form = VersionForm(sent(request), initial={"version": close.version})

        def act(at: dt.datetime) -> str:
            done = closes.approve(
                close_id=close.pk, version=form.cleaned_data["version"], actor=request.user, at=at
            )
            if done.state == CloseState.PREPARED:
                return f"{done}: the first of two approvals."
            people = f"{done.creators} creator{pluralize(done.creators)}"
            return f"{done} is being credited: {self.sum(done)} to {people}."

        earned, taken = sums_of(close)
        first = closes.needs_second_approval(close) and close.first_approved_by_id is None
        then = "Somebody else gives the second approval." if first else "They are credited from now on."
        return self.ask(
            request, close, form, act, title=f"Approve {close}", button="Approve",
            intro=f"{then} Figures that are corrected later count for a later month.",
            facts=[
                ("Together", self.sum(close)), ("Creators", str(close.creators)),
                *(
                    (words, money(parts, close.programme.currency))
                    for words, parts in (("Credits", earned), ("Takes back", taken)) if taken
                ),
                ("The month before", self.before(close)),
                ("Worth a look", "; ".join(close.anomalies) or "nothing"),
            ],
        )  # fmt: skip

    @action(label="Work out anew", methods=("POST",), button_type="form")
    def restate(self, request: HttpRequest, close: MonthClose) -> HttpResponse:
        return self.ask(
            request, close, forms.Form(sent(request)),
            lambda at: f"{closes.restate(close_id=close.pk, actor=request.user, at=at)} is worked out anew.",
            title=f"Work {close} out anew", button="Work it out",
            intro="From what is open by now. A first approval lapses; nothing is credited.",
        )  # fmt: skip


@admin.register(Accrual)
class AccrualAdmin(ReadOnlyAdmin):
    """What every day earned, by which terms; those that were reversed, too."""

    list_display = (
        "enrolment",
        "date",
        "revision",
        "sum",
        "limited_by",
        "booked_date",
        "reversed_at",
        "close",
    )
    list_filter = ("enrolment__programme", "limited_by")
    list_select_related = ("enrolment__creator", "enrolment__programme", "item__close__programme")
    search_fields = ("=enrolment__creator__email", "=enrolment__creator__handle")
    search_help_text = "The creator's whole email or handle."
    date_hierarchy = "booked_date"
    ordering = ("-booked_date", "-id")
    exclude = ("amount", "earned", "item")
    readonly_fields = ("sum", "unlimited", "close")

    @admin.display(description="amount", ordering="amount")
    def sum(self, accrual: Accrual) -> str:
        return money(accrual.amount, accrual.enrolment.programme.currency)

    @admin.display(description="before limits")
    def unlimited(self, accrual: Accrual) -> str:
        return money(accrual.earned, accrual.enrolment.programme.currency)

    @admin.display(description="close")
    def close(self, accrual: Accrual) -> str:
        return str(accrual.item.close) if accrual.item else "–"

"""What our rows and the files of banks and providers tell differently, and what it turned out to be."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django_object_actions import action

from ledger.confirmed import ConfirmedAdmin, sent
from payouts.admin.base import ReadOnlyAdmin
from payouts.models import Difference, Reconciliation
from payouts.operations.reconciliation import UnknownDifference, explain
from payouts.operations.review import MissingReason, NotPermitted
from payouts.queries.reconciliation import open_differences
from payouts.words import money

MATCHED = (
    "Movements are matched one by one with the days around: what one side books before midnight and the "
    "other after it agrees, though the numbers of the day differ."
)


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin):
    list_display = ("source", "day", "outcome", "ours", "theirs", "run_at")
    list_filter = ("outcome", "source")
    date_hierarchy = "day"
    fieldsets = (
        (None, {
            "fields": (
                "source", "day", "outcome", "problem", "ours", "theirs", "held", "number", "message",
                "run_at",
            ),
            "description": MATCHED,
        }),
    )  # fmt: skip
    readonly_fields = ("held",)

    @admin.display(description="what it says it holds")
    def held(self, row: Reconciliation) -> str:
        return ", ".join(money(parts, currency) for currency, parts in row.balances.items()) or "–"


class OpenFilter(admin.SimpleListFilter):
    """Opens on what nobody has explained yet."""

    title = "standing"
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [("all", "All")]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": "Open"}, *others]

    def queryset(self, request, queryset):
        return queryset if self.value() == "all" else queryset & open_differences()


class NoteForm(forms.Form):
    note = forms.CharField(
        label="What it is",
        max_length=500,
        help_text="Whoever audits the books reads this.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@admin.register(Difference)
class DifferenceAdmin(ConfirmedAdmin):
    refusals = (NotPermitted, MissingReason, UnknownDifference)
    list_display = ("day", "source", "kind", "what", "reference", "our_amount", "their_amount", "detail")
    list_display_links = ("kind",)
    list_filter = (OpenFilter, "kind", "source")
    search_fields = ("reference",)
    date_hierarchy = "day"
    fields = (
        "source", "day", "kind", "what", "reference", "our_amount", "their_amount", "detail", "found_at",
        "gone_at", "explained_at", "explained_by", "note",
    )  # fmt: skip
    readonly_fields = ("our_amount", "their_amount")
    change_actions = ("explain",)

    @admin.display(description="by our rows", ordering="ours")
    def our_amount(self, row: Difference) -> str:
        return "–" if row.ours is None else money(row.ours, row.currency)

    @admin.display(description="by their file", ordering="theirs")
    def their_amount(self, row: Difference) -> str:
        return "–" if row.theirs is None else money(row.theirs, row.currency)

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        row = self.get_object(request, object_id)
        is_open = row is not None and row.gone_at is None and row.explained_at is None
        may = request.user.has_perm("payouts.explain_difference")
        return self.change_actions if is_open and may else ()

    @action(label="Explain", methods=("POST",), button_type="form")
    def explain(self, request: HttpRequest, row: Difference) -> HttpResponse:
        form = NoteForm(sent(request))

        def act(at: dt.datetime) -> str:
            explained = explain(difference_id=row.pk, actor=request.user, at=at, **form.cleaned_data)
            return f"Explained: {explained.note}"

        return self.ask(
            request, row, form, act, title=f"Explain: {row}", button="Explain",
            intro=f"{row.detail or 'One side does not know of it.'} An explanation closes it, and moves "
            "nothing.",
        )  # fmt: skip

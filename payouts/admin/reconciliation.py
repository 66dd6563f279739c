"""What our rows and the files of banks and providers tell differently, and what it turned out to be."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django_object_actions import action

from payouts.admin.base import ActionsAdmin, ReadOnlyAdmin
from payouts.models import Difference, Reconciliation
from payouts.operations.reconciliation import UnknownDifference, explain
from payouts.operations.review import MissingReason, NotPermitted
from payouts.queries.reconciliation import open_differences
from payouts.words import money


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin):
    list_display = ("source", "day", "outcome", "ours", "theirs", "run_at")
    list_filter = ("outcome", "source")
    date_hierarchy = "day"
    fields = (
        "source", "day", "outcome", "problem", "ours", "theirs", "held", "number", "message", "run_at",
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
class DifferenceAdmin(ActionsAdmin):
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
        """The button asks for the words; the filled form closes it."""
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        sent = "note" in request.POST
        form = NoteForm(request.POST if sent else None)
        if not (sent and form.is_valid()):
            context = self.admin_site.each_context(request) | {
                "title": f"Explain: {row}",
                "opts": self.opts,
                "row": row,
                "form": form,
            }
            status = 422 if form.errors else 200
            return TemplateResponse(request, "admin/payouts/difference/explain.html", context, status=status)
        try:
            explain(
                difference_id=row.pk, actor=request.user, note=form.cleaned_data["note"], at=timezone.now()
            )
        except (NotPermitted, MissingReason, UnknownDifference) as refusal:
            messages.error(request, str(refusal))
        else:
            self.log_change(request, row, f"Explained: {form.cleaned_data['note']}")
            messages.success(request, "It is explained.")
        return redirect("admin:payouts_difference_change", row.pk)

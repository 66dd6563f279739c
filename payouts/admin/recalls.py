"""Calling a payment back from the page of its remittance."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django_object_actions import action

from ledger.confirmed import sent
from payouts.admin.base import ReadOnlyAdmin
from payouts.models import Recall, Remittance
from payouts.operations.recalls import UnableToRecall, recall, recallable
from payouts.queries.recalls import is_called_back
from payouts.words import money

BUTTON = "Call it back"


class RecallForm(forms.Form):
    reason = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="For our own record."
    )


class Recallable:
    """For the admin of remittances."""

    change_actions = ("call_back",)
    refusals = (UnableToRecall,)

    def get_change_actions(self, request: HttpRequest, object_id, form_url) -> tuple[str, ...]:
        row = self.get_object(request, object_id)
        may = row and request.user.has_perm("payouts.recall_payout") and recallable(row)
        return self.change_actions if may and not is_called_back(row) else ()

    @admin.display
    def recalls(self, row: Remittance) -> str:
        """Who called it back, and why."""
        lines = [
            (
                reverse("admin:payouts_recall_change", args=[each.pk]),
                each.get_state_display(),
                each.asked_by,
                each.reason,
            )
            for each in row.recalls.select_related("asked_by")
        ]
        return format_html_join("", '<p><a href="{}">{}</a> by {}: {}</p>', lines) or "–"

    @action(label=BUTTON, methods=("POST",), button_type="form")
    def call_back(self, request: HttpRequest, row: Remittance) -> HttpResponse:
        form = RecallForm(sent(request))

        def act(at: dt.datetime) -> str:
            asked = recall(remittance_id=row.pk, actor=request.user, at=at, **form.cleaned_data)
            if asked.state == Recall.State.REFUSED:
                self.log_change(request, row, f"Called back, and refused: {asked.reason}")
                raise UnableToRecall("refused", asked.problem)
            return f"Called back: {asked.reason} {asked.problem}".strip()

        return self.ask(
            request, row, form, act, title=f"{BUTTON}: {row}", button=BUTTON, destructive=True,
            intro="Stripe takes it out of the creator's balance; their earnings are available.",
            facts=[("Amount", money(row.amount, row.currency)), ("To", row.payout.method.masked)],
        )  # fmt: skip


@admin.register(Recall)
class RecallAdmin(ReadOnlyAdmin):
    list_display = ("remittance", "state", "asked_by", "asked_at", "decided_at", "problem")
    list_filter = ("state",)
    list_select_related = ("remittance", "asked_by")

"""Calling a payment back from the page of its remittance."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django_object_actions import action

from payouts.admin.base import ReadOnlyAdmin
from payouts.models import Recall, Remittance
from payouts.operations.recalls import UnableToRecall, recall, recallable
from payouts.words import money

BUTTON = "Call it back"


class RecallForm(forms.Form):
    reason = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="For our own record."
    )


class Recallable:
    """For the admin of remittances."""

    change_actions = ("call_back",)

    def get_change_actions(self, request: HttpRequest, object_id, form_url) -> tuple[str, ...]:
        row = self.get_object(request, object_id)
        may = row and request.user.has_perm("payouts.recall_payout") and recallable(row)
        return self.change_actions if may else ()

    @action(label=BUTTON, methods=("POST",), button_type="form")
    def call_back(self, request: HttpRequest, row: Remittance) -> HttpResponse:
        """The button asks why; the form with the reason calls it back."""
        if not request.user.has_perm("payouts.recall_payout"):
            raise PermissionDenied
        form = RecallForm(request.POST if "reason" in request.POST else None)
        if form.is_bound and form.is_valid():
            try:
                asked = recall(
                    remittance_id=row.pk, actor=request.user, at=timezone.now(), **form.cleaned_data
                )
            except UnableToRecall as refusal:
                messages.error(request, str(refusal))
            else:
                self.log_change(request, row, f"Called back: {asked.reason}")
                level = messages.ERROR if asked.state == Recall.State.REFUSED else messages.SUCCESS
                self.message_user(request, f"{asked}. {asked.problem}".strip(), level)
            return redirect("admin:payouts_remittance_change", row.pk)
        context = self.admin_site.each_context(request) | {
            "title": f"{BUTTON}: {row}",
            "opts": self.opts,
            "payment": row,
            "sum": money(row.amount, row.currency),
            "button": BUTTON,
            "consequence": "Stripe takes it out of the creator's balance; their earnings are available.",
            "form": form,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/payouts/handpayment/record.html", context, status=status)


@admin.register(Recall)
class RecallAdmin(ReadOnlyAdmin):
    list_display = ("remittance", "state", "asked_by", "asked_at", "decided_at", "problem")
    list_filter = ("state",)
    list_select_related = ("remittance", "asked_by")

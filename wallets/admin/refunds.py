from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django_object_actions import action

from ledger.admin import ActionsAdmin
from ledger.units import COIN, format_amount
from wallets.models import CoinRefund
from wallets.operations.refunds import (
    AlreadyDecided,
    MissingReason,
    NotPermitted,
    approve_refund,
    reject_refund,
)
from wallets.states import RefundState


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="The viewer reads it."
    )


@admin.register(CoinRefund)
class CoinRefundAdmin(ActionsAdmin):
    """Oldest wish first among those that wait for a decision."""

    list_display = ["requested_at", "viewer", "money", "given_back", "state", "origin", "decided_by"]
    list_filter = ["state", "origin", "requested_at"]
    list_select_related = ["purchase__viewer", "decided_by"]
    search_fields = ["=id", "=purchase__id", "=provider_reference", "=purchase__viewer__email"]
    search_help_text = "The whole number of a refund or purchase, provider reference or email."
    ordering = ["requested_at"]
    view_on_site = False  # its page is the viewer's alone
    fields = [
        "id", "purchase", "viewer", "origin", "given_back", "money", "state", "reason", "provider_reference",
        "requested_at", "decided_at", "decided_by", "sent_at", "asked_at", "closed_at", "entry",
    ]  # fmt: skip
    change_actions = ["approve", "reject"]

    @admin.display(ordering="purchase__viewer__email")
    def viewer(self, refund: CoinRefund) -> str:
        return str(refund.purchase.viewer)

    @admin.display(ordering="amount", description="amount")
    def money(self, refund: CoinRefund) -> str:
        return format_amount(refund.amount, refund.currency, get_language() or "en")

    @admin.display(ordering="coins", description="coins")
    def given_back(self, refund: CoinRefund) -> str:
        return format_amount(refund.coins, COIN, get_language() or "en")

    def may_decide(self, request: HttpRequest, refund: CoinRefund) -> bool:
        permitted = request.user.has_perm("wallets.decide_coinrefund")
        return permitted and refund.purchase.viewer_id != request.user.pk

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        refund = self.get_object(request, object_id)
        undecided = refund is not None and refund.state == RefundState.REQUESTED
        return self.change_actions if undecided and self.may_decide(request, refund) else ()

    @action(label="Approve", methods=("GET", "POST"), button_type="a")
    def approve(self, request: HttpRequest, refund: CoinRefund) -> HttpResponse:
        def decide(facts: dict) -> CoinRefund:
            return approve_refund(refund_id=refund.pk, actor=request.user, at=timezone.now())

        intro = f"{self.money(refund)} go back to what {self.viewer(refund)} paid with, for "
        intro += f"{self.given_back(refund)}, which have left the wallet."
        form = forms.Form(request.POST if request.method == "POST" else None)
        return self._ask(request, refund, form, decide, ("Approve", intro))

    @action(label="Reject", methods=("GET", "POST"), button_type="a")
    def reject(self, request: HttpRequest, refund: CoinRefund) -> HttpResponse:
        def decide(facts: dict) -> CoinRefund:
            return reject_refund(refund_id=refund.pk, actor=request.user, at=timezone.now(), **facts)

        intro = f"{self.given_back(refund)} go back into the wallet of {self.viewer(refund)}; no money moves."
        form = ReasonForm(request.POST if request.method == "POST" else None)
        return self._ask(request, refund, form, decide, ("Reject", intro))

    def _ask(self, request: HttpRequest, refund: CoinRefund, form, decide, words) -> HttpResponse:
        """The confirmation, and what comes of it."""
        if not self.may_decide(request, refund):
            raise PermissionDenied
        label, intro = words
        if request.method == "POST" and form.is_valid():
            try:
                decided = decide(form.cleaned_data)
            except (NotPermitted, MissingReason, AlreadyDecided) as refusal:
                form.add_error(None, str(refusal))
            else:
                told = f"This refund is {decided.get_state_display().lower()} now."
                self.log_change(request, refund, f"{label}. {form.cleaned_data.get('reason', '')}".strip())
                messages.success(request, told)
                return redirect("admin:wallets_coinrefund_change", refund.pk)
        context = self.admin_site.each_context(request) | {
            "title": f"{label} a refund of {self.money(refund)}",
            "opts": self.opts,
            "row": refund,
            "form": form,
            "intro": intro,
            "button": f"{label} this refund",
        }
        return render(request, "admin/wallets/act.html", context, status=422 if form.errors else 200)

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django_object_actions import action

from ledger.units import DIAMOND
from payouts.admin.base import ActionsAdmin, ReadOnlyInline
from payouts.models import Clawback, ClawbackRepayment
from payouts.operations.clawbacks import withdraw
from payouts.operations.review import MissingReason, NotPermitted
from payouts.words import money


class RepaymentInline(ReadOnlyInline):
    model = ClawbackRepayment
    fields = ("at", "sum")
    readonly_fields = ("sum",)

    @admin.display(description="diamonds")
    def sum(self, row: ClawbackRepayment) -> str:
        return money(row.diamonds, DIAMOND)


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        help_text="The creator reads this.", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class OwedFilter(admin.SimpleListFilter):
    title = "debt"
    parameter_name = "owed"

    def lookups(self, request, model_admin):
        return [("yes", "Something is owed"), ("no", "Nothing is owed")]

    def queryset(self, request, queryset):
        owed = {"yes": {"owed__gt": 0}, "no": {"owed": 0}}.get(self.value(), {})
        return queryset.filter(**owed)


@admin.register(Clawback)
class ClawbackAdmin(ActionsAdmin):
    list_display = ("creator", "cause", "claimed", "still_owed", "claimed_at", "withdrawn_at")
    list_filter = (OwedFilter, "cause", "withdrawn_at")
    list_select_related = ("creator",)
    search_fields = ("=creator__email", "=creator__handle", "=payout__reference")
    search_help_text = "The whole email, handle or payout reference."
    date_hierarchy = "claimed_at"
    exclude = ("diamonds", "taken", "owed", "diamond_rate", "entry")
    readonly_fields = ("claimed", "taken_at_once", "still_owed")
    inlines = (RepaymentInline,)
    change_actions = ("withdraw",)

    @admin.display(description="diamonds", ordering="diamonds")
    def claimed(self, row: Clawback) -> str:
        return money(row.diamonds, DIAMOND)

    @admin.display(description="taken at once")
    def taken_at_once(self, row: Clawback) -> str:
        return money(row.taken, DIAMOND)

    @admin.display(description="owed", ordering="owed")
    def still_owed(self, row: Clawback) -> str:
        return money(row.owed, DIAMOND)

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        row = self.get_object(request, object_id)
        stands = row is not None and row.withdrawn_at is None
        return self.change_actions if stands and request.user.has_perm("payouts.claw_back") else ()

    @action(label="Withdraw", methods=("POST",), button_type="form")
    def withdraw(self, request: HttpRequest, row: Clawback) -> HttpResponse:
        """The button asks why; the form withdraws."""
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        form = WithdrawalForm(request.POST if "reason" in request.POST else None)
        if not form.is_valid():
            return self._ask(request, row, form)
        try:
            withdraw(
                clawback_id=row.pk, actor=request.user, reason=form.cleaned_data["reason"], at=timezone.now()
            )
        except (NotPermitted, MissingReason) as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            self.log_change(request, row, "Withdrawn.")
            self.message_user(request, "Withdrawn: all of it is the creator's again.", messages.SUCCESS)
        return redirect("admin:payouts_clawback_change", row.pk)

    def _ask(self, request: HttpRequest, row: Clawback, form: WithdrawalForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Withdraw the clawback",
            "opts": self.opts,
            "row": row,
            "intro": "All that was taken and repaid is the creator's again, and nothing of it is owed.",
            "facts": [
                ("Creator", row.creator),
                ("Claimed", money(row.diamonds, DIAMOND)),
                ("Still owed", money(row.owed, DIAMOND)),
            ],
            "button": "Withdraw",
            "form": form,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/wallets/act.html", context, status=status)

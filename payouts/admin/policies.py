from django import forms
from django.contrib import admin
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django_countries import countries

from ledger.units import is_currency
from payouts.admin.base import ReadOnlyAdmin
from payouts.models import PayoutPolicy
from payouts.models.policies import Schedule
from payouts.operations.policies import RetroactiveTerms, announce_terms, refuse_past
from payouts.words import money


def _help(name: str) -> str:
    return PayoutPolicy._meta.get_field(name).help_text


class PolicyForm(forms.ModelForm):
    schedules = forms.MultipleChoiceField(
        choices=Schedule, widget=forms.CheckboxSelectMultiple, help_text=_help("schedules")
    )

    class Meta:
        model = PayoutPolicy
        fields = (
            "region", "effective_at", "currency", "minimum", "daily_cap_usd", "schedule", "schedules",
            "fee_fixed", "fee_per_mille", "fx_margin_per_mille", "withholding_per_mille", "methods",
            "claws_back_disputes", "review_above", "second_approval_above",
        )  # fmt: skip

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self.at = timezone.now()  # one moment for the check and for the saving

    def clean_region(self) -> str:
        region = self.cleaned_data["region"].upper()
        if region != "EU" and region not in countries:
            raise forms.ValidationError("Neither EU nor a country's two letters.")
        return region

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"].upper()
        if not is_currency(currency):
            raise forms.ValidationError("Not a currency of ISO 4217.")
        return currency

    def clean_effective_at(self):
        moment = self.cleaned_data["effective_at"]
        try:
            refuse_past(moment, at=self.at)
        except RetroactiveTerms as error:
            raise forms.ValidationError(str(error)) from error
        return moment


@admin.register(PayoutPolicy)
class PayoutPolicyAdmin(ReadOnlyAdmin):
    """Terms are never edited: a change is a new row with a moment of its own."""

    form = PolicyForm
    list_display = (
        "region",
        "effective_at",
        "currency",
        "least",
        "fixed_fee",
        "fee_per_mille",
        "schedule",
        "change",
    )
    list_filter = ("region", "currency")

    def has_add_permission(self, request, obj=None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_list_display(self, request) -> tuple[str, ...]:
        may_add = self.has_add_permission(request)
        return tuple(name for name in self.list_display if may_add or name != "change")

    def save_model(self, request, obj: PayoutPolicy, form: PolicyForm, change: bool) -> None:
        announce_terms(policy=obj, at=form.at)

    def get_changeform_initial_data(self, request) -> dict:
        """Of the row that is to change, if it is told by `?from=<region>`."""
        known = PayoutPolicy.objects.filter(region=request.GET.get("from", "")[:2]).first()
        return model_to_dict(known, exclude=["effective_at"]) if known else {}

    @admin.display(description="minimum")
    def least(self, policy: PayoutPolicy) -> str:
        return money(policy.minimum, policy.currency)

    @admin.display(description="fixed fee")
    def fixed_fee(self, policy: PayoutPolicy) -> str:
        return money(policy.fee_fixed, policy.currency)

    @admin.display(description="")
    def change(self, policy: PayoutPolicy) -> str:
        add = reverse("admin:payouts_payoutpolicy_add")
        return format_html('<a href="{}?from={}">New terms for {}</a>', add, policy.region, policy.region)

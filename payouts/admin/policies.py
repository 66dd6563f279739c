import datetime as dt
from typing import ClassVar

from django import forms
from django.contrib import admin
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django_countries import countries

from ledger.admin import ConfirmedAddAdmin
from ledger.units import TooPrecise, is_currency, to_decimal, to_parts
from payouts.models import PayoutPolicy
from payouts.models.policies import MethodKind, Schedule
from payouts.operations.policies import (
    ClosesPayouts,
    RetroactiveTerms,
    announce_terms,
    refuse_closing,
    refuse_past,
)
from payouts.queries import policy_for
from payouts.words import money


def _written(policy: PayoutPolicy, name: str) -> str:
    value = getattr(policy, name)
    if name in MONEY:
        return money(value, MONEY[name] or policy.currency)
    if isinstance(value, list):
        return ", ".join(value) or "none: payouts wait for a way to pay"
    if isinstance(value, dt.datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    return str(value)


def _help(name: str) -> str:
    return PayoutPolicy._meta.get_field(name).help_text


MONEY = {
    "minimum": None, "daily_cap_usd": "USD", "fee_fixed": None, "review_above": None,
    "second_approval_above": None,
}  # fmt: skip
"""Fields that are amounts, and of which currency: None where it is that of the terms."""


class PolicyForm(forms.ModelForm):
    """Amounts are written as people write them: 50 are fifty dollars."""

    schedules = forms.MultipleChoiceField(
        choices=Schedule, widget=forms.CheckboxSelectMultiple, help_text=_help("schedules")
    )
    methods = forms.MultipleChoiceField(
        label="Ways to pay",
        required=False,
        choices=MethodKind,
        widget=forms.CheckboxSelectMultiple,
        help_text="None: payouts wait for a way to pay.",
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
        for name, unit in MONEY.items():
            words = _help(name).replace("US cents", "US dollars")
            self.fields[name] = forms.DecimalField(
                label=PayoutPolicy._meta.get_field(name).verbose_name.capitalize(),
                min_value=0,
                max_digits=15,
                help_text=f"{words} {'' if unit else 'In whole units of the currency, as in 50.00.'}".strip(),
            )

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

    def clean(self) -> dict:
        """Amounts in smallest parts, which the row keeps."""
        facts = super().clean()
        for name, unit in MONEY.items():
            unit = unit or facts.get("currency")
            if unit and facts.get(name) is not None:
                try:
                    facts[name] = to_parts(facts[name], unit)
                except TooPrecise as refusal:
                    self.add_error(name, str(refusal))
        if not self.errors:
            try:
                refuse_closing(PayoutPolicy(**facts))
            except ClosesPayouts as refusal:
                self.add_error("methods", str(refusal))
        return facts

    def clean_effective_at(self):
        moment = self.cleaned_data["effective_at"]
        try:
            refuse_past(moment, at=self.at)
        except RetroactiveTerms as error:
            raise forms.ValidationError(str(error)) from error
        return moment


@admin.register(PayoutPolicy)
class PayoutPolicyAdmin(ConfirmedAddAdmin):
    """Terms are never edited: a change is a new row with a moment of its own."""

    confirmation: ClassVar = {
        "title": "Announce these terms?",
        "intro": "They can’t be changed afterwards: another change is a new row.",
        "button": "Announce these terms",
    }
    columns = ("Terms", "Until then", "From then on")
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

    def effects(self, facts: dict) -> list[tuple[str, ...]]:
        """Every term that becomes another one."""
        new = PayoutPolicy(**facts)
        old = policy_for(new.region, new.effective_at)
        fields = [PayoutPolicy._meta.get_field(name) for name in PolicyForm.Meta.fields]
        rows = [
            (
                field.verbose_name.capitalize(),
                _written(old, field.name) if old else "–",
                _written(new, field.name),
            )
            for field in fields
        ]
        return [row for row in rows if row[1] != row[2]]

    def save_model(self, request, obj: PayoutPolicy, form: PolicyForm, change: bool) -> None:
        announce_terms(policy=obj, at=form.at)

    def get_changeform_initial_data(self, request) -> dict:
        """Of the row that is to change, if it is told by `?from=<region>`."""
        known = PayoutPolicy.objects.filter(region=request.GET.get("from", "")[:2]).first()
        if known is None:
            return {}
        amounts = {
            name: to_decimal(getattr(known, name), unit or known.currency) for name, unit in MONEY.items()
        }
        return model_to_dict(known, exclude=["effective_at"]) | amounts

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

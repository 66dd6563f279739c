"""What staff fill in about affiliate programmes."""

import re
from decimal import Decimal

from django import forms
from django.utils import timezone

from ledger.units import decimals, to_parts
from partnerships.affiliate_commission import BASIS
from partnerships.models import AffiliateCoupon, AffiliateProgramme, AffiliateRate
from partnerships.operations.affiliate_programmes import (
    Pay,
    UnableToAnnounceRate,
    UnableToSaveProgramme,
    check_programme,
    check_rate,
)


def _help(name: str) -> str:
    return AffiliateProgramme._meta.get_field(name).help_text


class ProgrammeForm(forms.ModelForm):
    landing_url = forms.URLField(max_length=500, assume_scheme="https")
    window_days = forms.IntegerField(min_value=1, max_value=365, initial=30, help_text=_help("window_days"))
    hold_days = forms.IntegerField(min_value=0, max_value=365, initial=30, help_text=_help("hold_days"))

    class Meta:
        model = AffiliateProgramme
        fields = (
            "name", "about", "terms", "landing_url", "hosts", "click_parameter", "currency", "window_days",
            "hold_days", "approves_itself", "state",
        )  # fmt: skip
        help_texts = {"click_parameter": "The name under which the shop finds the click in its address."}

    def clean_hosts(self) -> list[str]:
        return [host.strip().lower() for host in self.cleaned_data["hosts"] if host.strip()]

    def clean_terms(self) -> str:
        """With the ends of lines that it was saved with."""
        return self.cleaned_data["terms"].replace("\r\n", "\n")

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"].upper()
        if self.instance.created_at and self.instance.currency != currency:
            raise forms.ValidationError("The currency of a programme can't change: open another.")
        return currency

    def clean(self) -> dict:
        facts = super().clean() or {}
        if not self.errors:
            names = ("hosts", "landing_url", "currency")
            try:
                check_programme(AffiliateProgramme(**{name: facts[name] for name in names}))
            except UnableToSaveProgramme as refusal:
                self.add_error(refusal.field, str(refusal))
        return facts


class CouponForm(forms.ModelForm):
    class Meta:
        model = AffiliateCoupon
        fields = ("programme", "creator", "code", "from_at", "until_at")

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip().upper()
        if not re.fullmatch(r"[A-Z0-9_-]+", code):
            raise forms.ValidationError("Use letters, digits, - and _.")
        return code

    def clean(self) -> dict:
        facts = super().clean() or {}
        first, last = facts.get("from_at"), facts.get("until_at")
        if first and last and last <= first:
            self.add_error("until_at", "It ends before it begins.")
        return facts


_LINE = re.compile(r"^(?P<name>\S.*?)\s*:\s*(?P<pay>[\d.]+\s*%?)$")


class RateForm(forms.ModelForm):
    """Pay is written "8 %" or, as an amount of the programme's currency, "3.00"."""

    general = forms.CharField(label="Every order", help_text='"8 %" of it, or an amount: "3.00".')
    tiers = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text='One a line: "1000.00: 10 %" from monthly sales of 1,000.00 on.',
    )
    products = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text='One a line, by the shop\'s number: "SKU-1: 12.5 %", or "SKU-2: 3.00" for each piece.',
    )

    class Meta:
        model = AffiliateRate
        fields = ("programme", "effective_at", "reason")
        help_texts = {
            "effective_at": "In your time zone. Clicks from then on earn it. Without a moment a first rate "
            "begins at once."
        }

    def __init__(self, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self.at = timezone.now()  # one moment for the check and for the saving
        self.fields["effective_at"].required = False

    def clean(self) -> dict:
        facts = super().clean() or {}
        if self.errors:
            return facts
        facts["effective_at"] = facts["effective_at"] or self.at
        unit = facts["programme"].currency
        facts["lines"] = [
            *self._read("general", unit, lambda line: Pay(**_pay(line, unit))),
            *self._read("tiers", unit, lambda line: _tier(line, unit)),
            *self._read("products", unit, lambda line: _product(line, unit)),
        ]
        if not self.errors:
            try:
                check_rate(
                    programme_id=facts["programme"].pk,
                    lines=facts["lines"],
                    effective_at=facts["effective_at"],
                    at=self.at,
                )
            except UnableToAnnounceRate as refusal:
                field = "general" if refusal.field == "percent" else refusal.field
                self.add_error(field, str(refusal))
        return facts

    def _read(self, name: str, unit: str, read) -> list[Pay]:
        found = []
        for number, line in enumerate(self.cleaned_data[name].splitlines(), start=1):
            if line.strip():
                try:
                    found.append(read(line.strip()))
                except (ValueError, ArithmeticError):
                    example = to_example(unit)
                    self.add_error(name, f"Line {number} is neither a per cent nor an amount as {example}.")
        return found


def to_example(unit: str) -> str:
    """Of an amount in this unit."""
    return f"{Decimal(3):.{decimals(unit)}f}"


def _pay(text: str, unit: str) -> dict:
    """Raises ValueError, ArithmeticError."""
    if text.endswith("%"):
        points = Decimal(text[:-1].strip()) * (BASIS // 100)
        if points != points.to_integral_value():
            raise ValueError("at most two decimals")
        return {"basis_points": int(points)}
    return {"fixed": to_parts(text, unit)}


def _named(line: str) -> tuple[str, str]:
    found = _LINE.match(line)
    if found is None:
        raise ValueError("no colon")
    return found["name"], found["pay"]


def _tier(line: str, unit: str) -> Pay:
    name, pay = _named(line)
    return Pay(from_sales=to_parts(name, unit), **_pay(pay, unit))


def _product(line: str, unit: str) -> Pay:
    name, pay = _named(line)
    if len(name) > 80:
        raise ValueError("too long")
    return Pay(product=name, **_pay(pay, unit))

"""What creators fill in. Rules about money are the operations'; forms turn words into numbers."""

from decimal import Decimal

from django import forms

from ledger.units import DIAMOND, to_decimal, to_parts


class DiamondsField(forms.DecimalField):
    """Written in diamonds, read in hundredths."""

    def __init__(self, **options) -> None:
        super().__init__(min_value=Decimal("0.01"), max_digits=18, decimal_places=2, **options)

    def clean(self, value) -> int:
        return to_parts(super().clean(value), DIAMOND)

    def prepare_value(self, value):
        return to_decimal(value, DIAMOND) if isinstance(value, int) else value


class AmountForm(forms.Form):
    diamonds = DiamondsField(
        label="Diamonds to be paid out",
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class ConfirmForm(forms.Form):
    """The quote that was shown: what its creator agrees to, and nothing else."""

    diamonds = DiamondsField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    method = forms.UUIDField(widget=forms.HiddenInput)
    net = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)

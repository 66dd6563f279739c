"""How much, of each balance."""

from collections.abc import Iterable
from decimal import Decimal

from django import forms

from ledger.units import DIAMOND, decimals, to_decimal, to_parts

DIAMONDS = "diamonds"


class PartsField(forms.DecimalField):
    """Written in decimals of a unit, read in its smallest part."""

    def __init__(self, unit: str, **options) -> None:
        self.unit = unit
        places = decimals(unit)
        smallest = Decimal(1).scaleb(-places)
        super().__init__(min_value=smallest, max_digits=18, decimal_places=places, **options)
        self.widget.attrs |= {"inputmode": "decimal", "step": str(smallest)}

    def clean(self, value) -> int:
        found = super().clean(value)
        return 0 if found is None else to_parts(found, self.unit)

    def prepare_value(self, value):
        return to_decimal(value, self.unit) if isinstance(value, int) else value


class AmountsForm(forms.Form):
    """A field for the diamonds, and one for the cash of each of these currencies. `asked` is {unit: smallest
    parts}."""

    hidden = False

    def __init__(self, *arguments, currencies: Iterable[str] = (), **options) -> None:
        super().__init__(*arguments, **options)
        units = {DIAMONDS: DIAMOND} | {f"cash_{currency}": currency for currency in currencies}
        fields = {name: self._field(unit, len(units) == 1) for name, unit in units.items()}
        self.fields = fields | self.fields
        self.units = units

    def _field(self, unit: str, required: bool) -> PartsField:
        if self.hidden:
            return PartsField(unit, required=False, widget=forms.HiddenInput)
        label = "Diamonds to be paid out" if unit == DIAMOND else f"Cash in {unit}"
        field = PartsField(unit, label=label, required=required)
        if unit != DIAMOND:
            field.widget.attrs["data-unit"] = unit
        return field

    @staticmethod
    def initial_of(asked) -> dict[str, int]:
        return {DIAMONDS if unit == DIAMOND else f"cash_{unit}": amount for unit, amount in asked.items()}

    @property
    def asked(self) -> dict[str, int]:
        given = {unit: self.cleaned_data.get(name) or 0 for name, unit in self.units.items()}
        return {unit: amount for unit, amount in given.items() if amount}

    def clean(self) -> dict:
        if not self.asked and not self.errors:
            self.add_error(DIAMONDS, "Enter how much is to be paid out.")
        return self.cleaned_data


class AmountForm(AmountsForm):
    key = forms.UUIDField(widget=forms.HiddenInput)


class ConfirmForm(AmountsForm):
    """The quote that was shown: what its creator agrees to, and nothing else."""

    hidden = True
    key = forms.UUIDField(widget=forms.HiddenInput)
    method = forms.UUIDField(widget=forms.HiddenInput)
    net = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)

"""Filters of network commissions, and the day up to which a network has paid."""

import datetime as dt

from django import forms

from partnerships.network_states import CommissionState, Network
from partnerships.queries.networks import Wanted, currencies_of, networks_of


def _date(label: str, **options) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}), **options
    )


class CommissionsForm(forms.Form):
    network = forms.ChoiceField(choices=[("", "Every network"), *Network.choices], required=False)
    state = forms.ChoiceField(choices=[("", "Every state"), *CommissionState.choices], required=False)
    currency = forms.ChoiceField(required=False)
    first = _date("From")
    last = _date("Until")
    text = forms.CharField(label="Product, advertiser or order", max_length=100, required=False)

    def __init__(self, creator, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        codes = currencies_of(creator.pk)
        self.fields["currency"].choices = [("", "Every currency"), *((code, code) for code in codes)]

    def wanted(self) -> Wanted:
        """What makes no sense is left out."""
        self.is_valid()
        return Wanted(**{name: value for name, value in self.cleaned_data.items() if value})


class PaydayForm(forms.Form):
    network = forms.ChoiceField()
    until = _date("Has paid all that it approved until", help_text="Left empty, nothing is said any more.")

    def __init__(self, creator, today: dt.date, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        self.fields["network"].choices = [(each.value, each.label) for each in networks_of(creator.pk)]
        self.fields["until"].widget.attrs["max"] = today.isoformat()

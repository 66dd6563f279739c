import datetime as dt
import uuid

from django import forms

from wallets.models import CoinPackage
from wallets.queries.packages import packages_for


class BuyForm(forms.Form):
    """A package of the reader's own price list. `key` makes a page's button buy each package once."""

    package = forms.ModelChoiceField(
        CoinPackage.objects.none(),
        label="Coins",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Choose how many coins you want.",
            "invalid_choice": "This package is no longer on sale in your country. Choose another one.",
        },
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, viewer, at: dt.datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["package"].queryset = packages_for(str(viewer.country), at)
        self.fields["key"].initial = uuid.uuid4

    def purchase_key(self) -> str:
        return f"page:{self.cleaned_data['key']}:{self.cleaned_data['package'].pk}"

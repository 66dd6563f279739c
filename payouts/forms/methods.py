"""One form for each kind of account that a creator can describe in words of their own."""

from django import forms
from django_countries import countries

from payouts.destinations import Destination, account_by_hand, iban_account, us_bank_account
from payouts.destinations.us_banks import ACCOUNT_TYPES
from payouts.models.policies import MethodKind
from payouts.names import same_name

_NUMBER = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
_DIGITS = {"autocomplete": "off", "inputmode": "numeric"}


class MethodForm(forms.Form):
    """Each has a `destination()` that raises payouts.destinations.InvalidAccount."""

    holder = forms.CharField(
        max_length=70, label="Account holder", help_text="The name on the account, as the bank writes it."
    )
    another_name = forms.BooleanField(
        label="This is my own account: my bank writes my name this way", required=False
    )

    def __init__(self, *arguments, known_as: str = "", **options) -> None:
        """`known_as` is who the creator is, as far as we know: another holder has to be confirmed."""
        super().__init__(*arguments, **options)
        self.known_as = known_as
        holder = self.data.get("holder", "").strip()
        if not (holder and known_as) or same_name(holder, known_as):
            del self.fields["another_name"]

    def clean(self) -> dict:
        if "another_name" in self.fields and not self.cleaned_data.pop("another_name", False):
            self.add_error(
                "holder",
                f"You told us that you are {self.known_as}, and we pay to your own account alone. Correct "
                "the name, or confirm below that it is you.",
            )
        return self.cleaned_data


class IbanForm(MethodForm):
    iban = forms.CharField(max_length=50, label="IBAN", widget=forms.TextInput(attrs=_NUMBER))
    bic = forms.CharField(
        max_length=11,
        label="BIC",
        required=False,
        help_text="Only where we ask for it: most banks are known by their IBAN.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def destination(self) -> Destination:
        return iban_account(self.cleaned_data["iban"], self.cleaned_data["bic"])


class UsBankForm(MethodForm):
    routing = forms.CharField(
        max_length=20,
        label="Routing number",
        help_text="Nine digits, the one for direct deposits.",
        widget=forms.TextInput(attrs=_DIGITS),
    )
    account = forms.CharField(max_length=30, label="Account number", widget=forms.TextInput(attrs=_DIGITS))
    account_type = forms.ChoiceField(label="Kind of account", choices=list(ACCOUNT_TYPES.items()))

    def destination(self) -> Destination:
        told = self.cleaned_data
        return us_bank_account(told["routing"], told["account"], told["account_type"])


class ByHandForm(MethodForm):
    country = forms.ChoiceField(label="Country of the bank", choices=[("", "Choose a country"), *countries])
    bank_name = forms.CharField(max_length=140, label="Bank")
    bank_code = forms.CharField(
        max_length=30,
        label="Bank code",
        required=False,
        help_text="What your bank gives for transfers from abroad: SWIFT, BSB, sort code or branch.",
        widget=forms.TextInput(attrs=_NUMBER),
    )
    account = forms.CharField(max_length=50, label="Account number", widget=forms.TextInput(attrs=_NUMBER))

    def destination(self) -> Destination:
        told = dict(self.cleaned_data)
        del told["holder"]
        return account_by_hand(**told)


FORMS: dict[str, type[MethodForm]] = {
    MethodKind.IBAN: IbanForm,
    MethodKind.US_BANK: UsBankForm,
    MethodKind.MANUAL: ByHandForm,
}

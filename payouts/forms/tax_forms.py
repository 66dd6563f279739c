"""What the tax offices ask, in the words of their forms."""

from django import forms

from payouts.models.tax_forms import TaxClass, TaxFormKind
from payouts.operations.tax_forms import Answers
from payouts.tax_numbers import LONGEST

ASKS = {
    TaxFormKind.W9: ("name", "tax_class", "number", "backup_withholding"),
    TaxFormKind.W8BEN: ("name", "number", "no_number_reason", "works_in_us"),
    TaxFormKind.DAC7: ("name", "number", "vat_number"),
}
NUMBER = {
    TaxFormKind.W9: ("Taxpayer identification number", "Your SSN or ITIN, or the EIN of your business."),
    TaxFormKind.W8BEN: ("Tax number where you live", "The one that your own country's tax office gave you."),
    TaxFormKind.DAC7: ("Tax number", "The one that the tax office of your country gave you."),
}
CERTIFY = {
    TaxFormKind.W9: (
        "Under penalties of perjury I certify that this number is mine, that I am a US citizen or other US "
        "person, and that what I said about backup withholding is true."
    ),
    TaxFormKind.W8BEN: (
        "Under penalties of perjury I certify that I am the owner of this income, that I am not a US person, "
        "that what I said about where I work is true, and that I will sign a new form within 30 days if any "
        "of this changes."
    ),
    TaxFormKind.DAC7: (
        "I declare that this is true and complete. I know that it is reported to the tax office of the state "
        "where I live, with what I am paid."
    ),
}


class TaxFormForm(forms.Form):
    name = forms.CharField(label="Name", max_length=140, help_text="As the tax office knows you.")
    tax_class = forms.ChoiceField(label="You are", choices=TaxClass)
    number = forms.CharField(
        max_length=LONGEST, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    no_number_reason = forms.CharField(
        label="Why you have no tax number",
        max_length=200,
        required=False,
        help_text="Only if your country gives you none.",
    )
    vat_number = forms.CharField(
        label="VAT number", max_length=LONGEST, required=False, help_text="If you have one."
    )
    backup_withholding = forms.BooleanField(
        label="The IRS told me that I am subject to backup withholding", required=False
    )
    works_in_us = forms.BooleanField(
        label="I do some of this work while I am in the United States", required=False
    )
    certify = forms.BooleanField()
    signature = forms.CharField(
        label="Signature", max_length=140, help_text="Type your name: it counts as your signature."
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, kind: str, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        for name in {name for asked in ASKS.values() for name in asked} - {*ASKS[kind]}:
            del self.fields[name]
        self.fields["number"].label, self.fields["number"].help_text = NUMBER[kind]
        self.fields["number"].required = kind != TaxFormKind.W8BEN
        self.fields["certify"].label = CERTIFY[kind]

    @property
    def answers(self) -> Answers:
        return Answers(
            **{name: value for name, value in self.cleaned_data.items() if name not in {"key", "certify"}}
        )

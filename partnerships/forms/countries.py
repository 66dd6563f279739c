"""Countries that staff write as two letters."""

from django import forms
from django_countries import countries


def country_of(text: str) -> str:
    """Two letters in capitals. Raises forms.ValidationError, which helps who wrote a country's name."""
    code = text.upper()
    if code in countries:
        return code
    known = countries.by_name(text)
    hint = f"write {known}" if known else "write a country as its two letters, such as DE"
    raise forms.ValidationError(f"“{text}” is no country's code: {hint}.")


class CountriesField(forms.CharField):
    """Codes with commas between them, as in "DE, FR". → a list of them, each once."""

    def prepare_value(self, value: str | list[str] | None) -> str | None:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: str) -> list[str]:
        codes, refusals = [], []
        for text in filter(None, map(str.strip, super().clean(value).split(","))):
            try:
                codes.append(country_of(text))
            except forms.ValidationError as refusal:
                refusals.append(refusal)
        if refusals:
            raise forms.ValidationError(refusals)
        return list(dict.fromkeys(codes))

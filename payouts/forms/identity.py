"""Who somebody is, and the papers that show it. What is possible, the operations decide."""

import datetime as dt

from django import forms
from django.core.validators import RegexValidator

from payouts.models.identity import DocumentKind, IdentityKind
from payouts.operations.identity import Facts

BUSINESS = ("company_name", "registration_number")


class DayField(forms.DateField):
    def __init__(self, **options) -> None:
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


class DocumentForm(forms.Form):
    kind = forms.ChoiceField(label="What it is", choices=DocumentKind)
    expires_date = DayField(
        label="Valid until",
        required=False,
        help_text="As printed on a passport, identity card, licence or permit; other papers need none.",
    )
    file = forms.FileField(
        label="Photograph or scan",
        help_text="JPEG, PNG, WebP or PDF, up to 10 MB. All four corners and every word must be readable.",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )


class IdentityForm(forms.Form):
    """For a business its name and number come first, and the person is the one who acts for it."""

    company_name = forms.CharField(label="Name of the business", max_length=140)
    registration_number = forms.CharField(
        label="Registration number", max_length=60, help_text="As the company register writes it."
    )
    legal_name = forms.CharField(
        label="Your full name", max_length=140, help_text="As it stands in your passport or identity card."
    )
    birth_date = DayField(label="Date of birth")
    street = forms.CharField(label="Street and number", max_length=140)
    postal_code = forms.CharField(label="Postal code", max_length=20, required=False)
    city = forms.CharField(label="Town", max_length=80)
    remark = forms.CharField(
        label="A word to our staff",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Whatever helps: that your name changed, for example.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, kind: str, *arguments, country: str = "", questions: dict[str, str] | None = None, **options
    ) -> None:
        """`country` is where they live. `questions` are what staff asked, by field; each stands beside its
        field."""
        super().__init__(*arguments, **options)
        if country == "US":
            town = self.fields["city"]
            town.label, town.help_text = "Town and state", "As in Portland, OR."
            town.validators.append(
                RegexValidator(r", ?[A-Za-z]{2}$", "Name the state by its two letters, as in Portland, OR.")
            )
        if kind != IdentityKind.BUSINESS:
            for name in BUSINESS:
                del self.fields[name]
        else:
            self.fields["street"].label = "Street and number of the business"
        for name, question in (questions or {}).items():
            if name in self.fields:
                self.fields[name].help_text = f"Our staff asked: {question}"

    @property
    def facts(self) -> Facts:
        said = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        return Facts(**said)


def initial_of(version, person) -> dict:
    """What the form starts with: the last version, or what the profile tells."""
    if version is None:
        return {"legal_name": person.display_name, "birth_date": person.birth_date}
    names = ("legal_name", "street", "postal_code", "city", *BUSINESS)
    said = {name: getattr(version, name) for name in names}
    return said | {"birth_date": dt.date.fromisoformat(version.birth_date)}

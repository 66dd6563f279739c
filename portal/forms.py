"""Form pieces shared by every page: the renderer that lays fields out, sign-up and the profile."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Mapping

import iso4217
from babel.numbers import get_currency_name
from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.forms.renderers import TemplatesSetting
from django.utils import timezone
from django_countries.fields import CountryField

from ledger.units import currency_of_country, is_currency
from portal.notices import Kind
from portal.operations.people import PROFILE
from portal.places import is_time_zone, time_zone_of
from portal.queries.people import handle_is_taken
from wallets.ages import ImpossibleBirthDate, assert_possible


class ClosingForm(forms.Form):
    """The last step before an account is closed. `agreed` is what the page showed as given up."""

    WORD = "CLOSE"

    agreed = forms.JSONField(widget=forms.HiddenInput)
    gives_up = forms.BooleanField(label="I give up everything that is listed here, for good.")
    word = forms.CharField(
        max_length=20,
        label=f"Type {WORD} to confirm",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_agreed(self) -> dict[str, int]:
        agreed = self.cleaned_data["agreed"]
        if not isinstance(agreed, dict) or any(type(parts) is not int for parts in agreed.values()):
            raise forms.ValidationError("Something was missing in that form. Look at it again.")
        return agreed

    def clean_word(self) -> str:
        word = self.cleaned_data["word"]
        if word.strip().upper() != self.WORD:
            raise forms.ValidationError(f"Type {self.WORD}, nothing else.")
        return word


class Renderer(TemplatesSetting):
    """Every form on the site is drawn from `templates/forms/`."""

    field_template_name = "forms/field.html"
    form_template_name = "forms/form.html"


class SignupForm(forms.Form):
    """What sign-up asks beside email and password: where one lives decides prices and payout rules."""

    display_name = forms.CharField(
        max_length=60, label="Your name", help_text="Shown beside the gifts you send."
    )
    country = CountryField(blank_label="Choose your country").formfield()
    # Filled by static/js/site.js; whatever else stands in it is as good as nothing.
    time_zone = forms.Field(required=False, widget=forms.HiddenInput({"data-time-zone": ""}))

    field_order = ("email", "display_name", "country", "password1")

    def signup(self, request, user) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.country = self.cleaned_data["country"]
        user.base_currency = currency_of_country(str(user.country))
        told = self.cleaned_data["time_zone"]
        user.time_zone = told if is_time_zone(told) else time_zone_of(str(user.country))
        user.save(update_fields=["display_name", "country", "base_currency", "time_zone"])


def _time_zones() -> list[tuple[str, str]]:
    """The zones of the IANA database that carry a place's name, and UTC."""
    places = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and zone[:4] != "Etc/")
    return [(zone, zone.replace("_", " ")) for zone in ["UTC", *places]]


def _currencies() -> list[tuple[str, str]]:
    codes = sorted(currency.code for currency in iso4217.Currency if is_currency(currency.code))
    return [(code, f"{code} – {get_currency_name(code, locale='en')}") for code in codes]


class ProfileForm(forms.ModelForm):
    """Reads a profile; `portal.operations.people` writes it."""

    time_zone = forms.ChoiceField(choices=_time_zones)
    language = forms.ChoiceField(
        choices=settings.LANGUAGES,
        label="Language of numbers and dates",
        help_text="How amounts and dates are written.",
    )
    base_currency = forms.ChoiceField(
        choices=_currencies,
        label="Currency",
        help_text="In which amounts are shown to you. It changes no price and no payout.",
    )

    country = CountryField(blank_label="Choose your country").formfield(
        help_text="Prices, payouts and the age at which coins can be bought depend on it."
    )

    class Meta:
        model = get_user_model()
        fields = PROFILE
        widgets = {"birth_date": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}
        help_texts = {
            "birth_date": "Needed to buy coins, and shown to nobody. Once saved it stays: if it is wrong, "
            "write to us."
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # A disabled field keeps what is known, whatever is sent.
        self.fields["birth_date"].disabled = self.instance.birth_date is not None

    def clean_birth_date(self) -> dt.date | None:
        date = self.cleaned_data["birth_date"]
        if date is not None:
            try:
                assert_possible(date, timezone.now())
            except ImpossibleBirthDate as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return date

    def clean_handle(self) -> str:
        handle = self.cleaned_data["handle"].lower()
        if handle_is_taken(handle=handle, by_other_than=self.instance.pk):
            raise forms.ValidationError("This handle is taken. Choose another one.")
        return handle


class SeenForm(forms.Form):
    """Up to when a list was read."""

    until = forms.DateTimeField()


class MailsForm(forms.Form):
    """Of which of the kinds that are offered, {category: kinds}, mails are wanted. The optional ones may be
    left out."""

    mails = forms.MultipleChoiceField(required=False)

    def __init__(self, *args, offered: Mapping[str, Iterable[Kind]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mails"].choices = [
            (kind.code, kind.called) for group in offered.values() for kind in group if kind.optional
        ]

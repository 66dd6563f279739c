"""Form pieces shared by every page: the renderer that lays fields out, and the sign-up form."""

from django import forms
from django.forms.renderers import TemplatesSetting
from django_countries.fields import CountryField

from ledger.units import currency_of_country


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

    field_order = ("email", "display_name", "country", "password1")

    def signup(self, request, user) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.country = self.cleaned_data["country"]
        user.base_currency = currency_of_country(str(user.country))
        user.save(update_fields=["display_name", "country", "base_currency"])

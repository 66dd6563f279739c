"""What a key to the API is made for."""

import datetime as dt

from django import forms
from django.utils.html import format_html
from uuid_utils.compat import uuid7

from portal.scopes import scopes_for

LIVES = {"30": "30 days", "90": "90 days", "365": "A year", "": "Until I revoke it"}
"""Labels by days."""


class KeyForm(forms.Form):
    name = forms.CharField(
        max_length=60, help_text="What it is for, so that you know later which one to revoke."
    )
    scopes = forms.MultipleChoiceField(
        label="What it can do",
        widget=forms.CheckboxSelectMultiple,
        help_text="Only what the program needs.",
        error_messages={"required": "Choose at least one."},
    )
    expires = forms.ChoiceField(label="It ends after", choices=[*LIVES.items()], required=False, initial="90")
    # A form that is sent twice makes one key.
    key_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)

    def __init__(self, *args, person, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [
            (scope, format_html("{} <code>{}</code>", words, scope))
            for scope, words in scopes_for(person).items()
        ]

    def expires_at(self, at: dt.datetime) -> dt.datetime | None:
        days = self.cleaned_data["expires"]
        return at + dt.timedelta(days=int(days)) if days else None

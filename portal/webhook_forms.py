"""What people say of their endpoints."""

import datetime as dt
import uuid

from django import forms
from django.utils import timezone

from portal.models import WebhookEndpoint
from portal.models.webhooks import LONGEST_DESCRIPTION, LONGEST_URL
from portal.outside import UnusableAddress, checked
from portal.webhook_types import groups, types


class EndpointForm(forms.Form):
    """`facts` are for the operations. `key` is the form's own: sent twice, it adds one endpoint."""

    url = forms.CharField(
        label="Address",
        max_length=LONGEST_URL,
        help_text="Where your program listens, such as https://example.com/webhooks.",
        widget=forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    description = forms.CharField(
        max_length=LONGEST_DESCRIPTION, required=False, help_text="What it is for, as you call it."
    )
    event_types = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one type of event."},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, endpoint: WebhookEndpoint | None = None, **options) -> None:
        known = endpoint and {name: getattr(endpoint, name) for name in ("url", "description", "event_types")}
        super().__init__(*args, initial=known or {"key": uuid.uuid4()}, **options)
        self.fields["event_types"].choices = [(code, code) for code in types()]
        self.groups = groups()

    def clean_url(self) -> str:
        """Judged here, too, so that all that is wrong with the form is told at once."""
        try:
            checked(self.cleaned_data["url"])
        except UnusableAddress as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return self.cleaned_data["url"]

    def facts(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("url", "description", "event_types")}

    def chosen(self) -> list[str]:
        """The types that are ticked as the form stands."""
        return self["event_types"].value() or []


class KeyForm(forms.Form):
    """A button that, pressed twice, does its work once."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def fresh(cls) -> "KeyForm":
        return cls(initial={"key": uuid.uuid4()})


class SinceForm(forms.Form):
    since = forms.DateTimeField(
        label="Since",
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )

    @classmethod
    def of(cls, endpoint: WebhookEndpoint, now: dt.datetime) -> "SinceForm":
        """Since it began to fail, or for a day."""
        since = endpoint.failing_since or endpoint.off_at or now
        return cls(initial={"since": timezone.localtime(since - dt.timedelta(days=1))})

"""Forms of what viewers and creators set for themselves, and of tips."""

import uuid

from django import forms
from django.conf import settings

from wallets.models.creator_settings import NOTE_LENGTH
from wallets.operations.limits import LARGEST_CAP, InvalidCap
from wallets.operations.tips import InvalidTip
from wallets.queries.creators import person_called


class CapsForm(forms.Form):
    """Nothing written: no cap."""

    daily = forms.IntegerField(label="In a day", required=False, min_value=1, max_value=LARGEST_CAP)
    monthly = forms.IntegerField(label="In a month", required=False, min_value=1, max_value=LARGEST_CAP)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = "Coins. Leave it empty for no limit."
            field.error_messages |= dict.fromkeys(["invalid", "min_value", "max_value"], str(InvalidCap("")))


class CoolOffForm(forms.Form):
    """A date of the viewer's own calendar, at whose first moment it ends."""

    until = forms.DateField(
        label="Until the beginning of",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages=dict.fromkeys(["required", "invalid"], "Choose the day on which it ends."),
    )


class NameForm(forms.Form):
    anonymous = forms.BooleanField(
        label="Send my gifts without my name",
        required=False,
        help_text="Viewers and creators then see “Anonymous”. You can still choose for each gift.",
    )


class GiftRulesForm(forms.Form):
    gifts_off = forms.BooleanField(label="Take no gifts for now", required=False)
    note = forms.CharField(
        label="A note to your viewers",
        required=False,
        max_length=NOTE_LENGTH,
        help_text="They read it while you take no gifts.",
    )
    words = forms.CharField(
        label="Words you don’t want in messages",
        required=False,
        max_length=20_000,
        widget=forms.Textarea,
        help_text="Separated by blanks or lines. A gift whose message has one of them is not taken, however "
        "the word is written. Rude words are masked for everybody anyway.",
    )


class TipForm(forms.Form):
    """Coins for somebody known by their handle. `key` makes a form that was submitted twice send once."""

    handle = forms.CharField(label="Their handle", max_length=31, help_text="As in @lumi.")
    coins = forms.IntegerField(label="Coins")
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["coins"]
        field.help_text = f"1 to {settings.COIN_TIP_LARGEST:,}."
        field.error_messages |= dict.fromkeys(["required", "invalid"], str(InvalidTip()))
        self.fields["handle"].error_messages["required"] = "Say who is to have them."

    def clean_handle(self) -> str:
        handle = self.cleaned_data["handle"].removeprefix("@").lower()
        self.recipient = person_called(handle)
        if self.recipient is None or not self.recipient.is_active:
            raise forms.ValidationError("Nobody here has this handle.")
        return handle

    def clean_coins(self) -> int:
        if not 1 <= self.cleaned_data["coins"] <= settings.COIN_TIP_LARGEST:
            raise forms.ValidationError(str(InvalidTip()))
        return self.cleaned_data["coins"]

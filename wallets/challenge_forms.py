import uuid

from django import forms

from wallets.models.challenges import REASON_LENGTH, TEXT_LENGTH


class ClaimForm(forms.Form):
    """`key` makes a button that was pressed twice claim once."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class SubmissionForm(forms.Form):
    """What is said and whether it may be, is for the operation to judge."""

    text = forms.CharField(
        label="Your words",
        required=False,
        max_length=TEXT_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    link = forms.CharField(
        label="Link",
        required=False,
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://…"}),
        help_text="To a clip, a picture or whatever you made.",
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class JudgingForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=REASON_LENGTH,
        help_text="The viewer reads it. Needed to reject.",
    )
    decision = forms.ChoiceField(choices=[("accept", "Accept"), ("reject", "Reject")])

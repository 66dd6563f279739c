from django import forms


class AnswerForm(forms.Form):
    """To what our staff asked about a payout."""

    text = forms.CharField(
        label="Your answer",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Our staff read it. Never write card numbers or passwords here.",
    )

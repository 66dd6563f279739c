from django import forms


class AppealForm(forms.Form):
    text = forms.CharField(
        label="What we should know",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Somebody else than who suspended you reads it.",
    )

from django import forms


class FileForm(forms.Form):
    """What it is, its content tells."""

    file = forms.FileField(
        label="Add a file",
        help_text="A PDF, or a picture as JPEG, PNG or WebP, of at most 10 MB. Only you see it.",
    )

from django import forms

from partnerships.imports import Dialect
from partnerships.imports.files import LARGEST
from partnerships.operations.imports import LOCALES


class UploadForm(forms.Form):
    """`subject` is asked only where there is something to choose from."""

    file = forms.FileField(
        label="CSV file",
        help_text="As it was exported, up to 5 MB: titles above the head and any encoding are fine.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        allow_empty_file=True,
    )
    locale = forms.ChoiceField(
        label="Numbers are written like", choices=list(LOCALES.items()), initial="en", required=False
    )

    field_order = ("subject", "file", "locale")

    def __init__(self, dialect: Dialect, owner, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        if dialect.subjects is not None:
            self.fields["subject"] = forms.ModelChoiceField(
                dialect.subjects(owner), label="What it is about", empty_label=None
            )
            self.order_fields(self.field_order)

    def upload(self) -> dict:
        """What `operations.imports.upload` takes from it. A file that is too large is not read whole."""
        file, subject = self.cleaned_data["file"], self.cleaned_data.get("subject")
        return {
            "name": file.name,
            "content": file.read(LARGEST + 1),
            "subject_id": subject.pk if subject else None,
            "locale": self.cleaned_data["locale"] or "en",
        }

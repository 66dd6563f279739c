from django import forms

from ledger.units import is_currency
from partnerships.imports import LOCALES, ORDERS, Chosen, Dialect, UnreadableFile
from partnerships.imports.files import LARGEST

AS_WRITTEN = ("", "As the file shows")


class UploadForm(forms.Form):
    """`subject` is asked only where there is something to choose from; how days are written and which
    currency it is, only of files that may leave it open."""

    file = forms.FileField(
        label="CSV file",
        help_text="As it was exported, up to 5 MB: titles above the head and any encoding are fine.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        allow_empty_file=True,
    )
    locale = forms.ChoiceField(
        label="Numbers are written like", choices=list(LOCALES.items()), initial="en", required=False
    )

    day_order = forms.ChoiceField(
        label="Days are written like", choices=[AS_WRITTEN, *ORDERS.items()], required=False
    )
    currency = forms.CharField(
        label="Currency of amounts without one",
        max_length=3,
        required=False,
        help_text="Such as EUR. Also what a bare $ stands for; left empty, US dollars.",
    )

    field_order = ("subject", "file", "locale", "day_order", "currency")

    def __init__(self, dialect: Dialect, owner, *arguments, **options) -> None:
        super().__init__(*arguments, **options)
        if dialect.subjects is not None:
            self.fields["subject"] = forms.ModelChoiceField(
                dialect.subjects(owner), label="What it is about", empty_label=None
            )
            self.order_fields(self.field_order)
        if dialect.layouts:
            self.fields["locale"].choices = [AS_WRITTEN, *LOCALES.items()]
            self.fields["locale"].initial = ""
        else:
            del self.fields["day_order"], self.fields["currency"]

    def clean_currency(self) -> str:
        code = self.cleaned_data["currency"].upper()
        if code and not is_currency(code):
            raise forms.ValidationError(f"{code} is no currency that we know.")
        return code

    def upload(self) -> dict:
        """What `operations.imports.upload` takes from it. A file that is too large is not read whole."""
        file, subject = self.cleaned_data["file"], self.cleaned_data.get("subject")
        return {
            "name": file.name,
            "content": file.read(LARGEST + 1),
            "subject_id": subject.pk if subject else None,
            "chosen": Chosen(
                **{name: self.cleaned_data.get(name, "") for name in ("locale", "day_order", "currency")}
            ),
        }

    def add_refusal(self, refusal: UnreadableFile) -> None:
        """Beside what would answer it."""
        self.add_error(refusal.field, str(refusal))

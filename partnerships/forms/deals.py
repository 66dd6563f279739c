"""What creators write down about brands and deals."""

from django import forms
from django_countries.fields import CountryField
from uuid_utils.compat import uuid7

from partnerships.deal_states import BEGINNINGS, Stage
from partnerships.forms.amounts import AmountField, currencies, parts_of, written
from partnerships.models import Brand, BrandDeal, Contact
from partnerships.operations.deals import Terms
from partnerships.queries.deals import SORTS, brands_of


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **options) -> None:
        super().__init__(format="%Y-%m-%d", **options)


def day(**options) -> forms.DateField:
    return forms.DateField(widget=DayInput(), required=options.pop("required", False), **options)


class KeyedForm(forms.Form):
    """Its key becomes the id of what it makes, so that the same form sent twice makes one."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *arguments, initial=None, **options) -> None:
        super().__init__(*arguments, initial={"key": uuid7(), **(initial or {})}, **options)

    @property
    def facts(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class BrandForm(KeyedForm):
    name = forms.CharField(max_length=120)
    website = forms.URLField(required=False, assume_scheme="https")
    country = CountryField(blank=True, blank_label="Choose a country").formfield(required=False)
    tax_number = forms.CharField(
        max_length=40, required=False, help_text="For invoices: VAT number, EIN, as the brand tells it."
    )
    billing_address = forms.CharField(
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="As it stands on invoices.",
    )
    note = forms.CharField(max_length=2000, required=False, widget=forms.Textarea({"rows": 3}), label="Notes")

    @staticmethod
    def initial_of(brand: Brand) -> dict:
        names = ("name", "website", "country", "tax_number", "billing_address", "note")
        return {"key": brand.pk} | {name: getattr(brand, name) for name in names}


class ContactForm(KeyedForm):
    name = forms.CharField(max_length=120)
    role = forms.CharField(max_length=80, required=False)
    email = forms.EmailField(required=False)
    phone = forms.CharField(max_length=40, required=False)

    @staticmethod
    def initial_of(contact: Contact) -> dict:
        return {"key": contact.pk} | {
            name: getattr(contact, name) for name in ("name", "role", "email", "phone")
        }


class DealForm(KeyedForm):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(
        max_length=140, label="What it is", help_text="As in “Three videos about headphones”."
    )
    brand = forms.ModelChoiceField(Brand.objects.none(), required=False, empty_label="A new brand")
    new_brand = forms.CharField(max_length=120, required=False, label="New brand’s name")
    stage = forms.ChoiceField(
        choices=[(stage.value, stage.label) for stage in BEGINNINGS], initial=Stage.LEAD
    )
    value = AmountField(
        label="Agreed value", help_text="Without tax. Zero while you don’t know it.", initial="0"
    )
    currency = forms.ChoiceField(choices=currencies)
    category = forms.CharField(
        max_length=60,
        required=False,
        help_text="Such as “headphones”. Exclusivities of this category are checked.",
    )
    start_date = day(label="Begins")
    end_date = day(label="Ends")
    source = forms.ChoiceField(choices=BrandDeal.Source.choices, label="How it came about")
    notes = forms.CharField(
        max_length=5000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="The brand never sees them.",
    )

    def __init__(self, *arguments, creator, **options) -> None:
        super().__init__(*arguments, **options)
        self.fields["brand"].queryset = brands_of(creator.pk)

    @staticmethod
    def initial_of(deal: BrandDeal) -> dict:
        names = (
            "version",
            "title",
            "brand",
            "currency",
            "category",
            "start_date",
            "end_date",
            "source",
            "notes",
        )
        facts = {name: getattr(deal, name) for name in names}
        return facts | {"key": deal.pk, "stage": deal.stage, "value": written(deal.value, deal.currency)}

    def clean(self) -> dict:
        facts = super().clean()
        if not facts.get("brand") and not facts.get("new_brand") and "brand" not in self.errors:
            self.add_error("new_brand", "Choose one of your brands, or name a new one.")
        if facts.get("value") and facts.get("currency"):
            try:
                facts["value"] = parts_of(facts["value"], facts["currency"], least=0)
            except forms.ValidationError as refusal:
                self.add_error("value", refusal)
        return facts

    @property
    def chosen_brand(self) -> Brand | str:
        """The one that was chosen, or the name of a new one."""
        return self.cleaned_data["brand"] or self.cleaned_data["new_brand"]

    @property
    def terms(self) -> Terms:
        names = ("title", "value", "currency", "category", "start_date", "end_date", "source", "notes")
        return Terms(**{name: self.cleaned_data[name] for name in names})


class TableForm(forms.Form):
    """Which deals the table shows; whatever makes no sense counts for nothing."""

    text = forms.CharField(required=False, max_length=100, label="Search", widget=forms.SearchInput)
    stage = forms.ChoiceField(required=False, choices=[("", "All stages"), *Stage.choices])
    brand = forms.ModelChoiceField(Brand.objects.none(), required=False, empty_label="All brands")
    first = day(label="From")
    last = day(label="To")
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *arguments, creator, **options) -> None:
        super().__init__(*arguments, **options)
        self.fields["brand"].queryset = brands_of(creator.pk)

    def clean_sort(self) -> str:
        wanted = self.cleaned_data["sort"]
        return wanted if wanted.removeprefix("-") in SORTS else ""

    @property
    def choices(self) -> dict:
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        if "brand" in chosen:
            chosen["brand"] = chosen["brand"].pk
        return chosen


class MoveForm(forms.Form):
    version = forms.IntegerField()
    to = forms.ChoiceField(choices=Stage.choices)
    note = forms.CharField(required=False, max_length=2000)
    page = forms.ChoiceField(required=False, choices=[("board", "board"), ("deal", "deal")])

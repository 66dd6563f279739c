"""Invoices to brands, and what was paid."""

from decimal import Decimal

from django import forms

from ledger.paper import printable
from ledger.units import LARGEST
from partnerships.forms.amounts import AmountField, parts_of, written
from partnerships.forms.deals import KeyedForm, day
from partnerships.models import BrandDeal, Invoice, InvoiceSeries, Milestone
from partnerships.operations.deal_invoices import MOST_LINES, Line

SPARE_LINES = 3


def _percent(**options) -> forms.DecimalField:
    return forms.DecimalField(
        min_value=Decimal(0),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        label="Tax in percent",
        **options,
    )


class SeriesForm(forms.Form):
    """What stands on every invoice from now on."""

    seller_name = forms.CharField(max_length=140, validators=[printable], label="Your name or business")
    seller_address = forms.CharField(
        max_length=500, validators=[printable], widget=forms.Textarea({"rows": 3}), label="Your address"
    )
    tax_number = forms.CharField(max_length=60, required=False, label="Your tax or VAT number")
    payment_details = forms.CharField(
        max_length=500,
        required=False,
        validators=[printable],
        widget=forms.Textarea({"rows": 3}),
        label="How to pay you",
        help_text="Such as your IBAN. It rests encrypted, and stands on your invoices.",
    )
    payment_days = forms.IntegerField(min_value=0, max_value=365, label="Days to pay")
    tax_percent = _percent(help_text="What your invoices begin with. Zero where you don’t charge any.")
    footer = forms.CharField(
        max_length=300,
        required=False,
        validators=[printable],
        label="Last line",
        help_text="Such as why no tax is charged.",
    )
    prefix = forms.RegexField(
        r"^[A-Z0-9]{1,10}$",
        label="Numbers begin with",
        help_text="Capital letters and digits. It stays once a number was taken.",
        error_messages={"invalid": "Use 1 to 10 capital letters and digits."},
    )

    @classmethod
    def initial_of(cls, series: InvoiceSeries) -> dict:
        return {name: getattr(series, name) for name in cls.base_fields}


class LineForm(forms.Form):
    text = forms.CharField(max_length=200, required=False, validators=[printable], label="What")
    quantity = forms.IntegerField(min_value=1, max_value=10_000, required=False, initial=1, label="How many")
    price = AmountField(required=False, label="Price of one")

    def __init__(self, *arguments, currency: str, **options) -> None:
        super().__init__(*arguments, **options)
        self.currency = currency

    def clean(self) -> dict:
        facts = super().clean()
        text, price = facts.get("text"), facts.get("price")
        if text and not price and "price" not in self.errors:
            self.add_error("price", "Say what one of it costs.")
        if price and not text:
            self.add_error("text", "Say what it is.")
        if price:
            try:
                facts["price"] = parts_of(price, self.currency)
                if facts["price"] * (facts.get("quantity") or 1) > LARGEST:
                    self.add_error("price", "That is more than an invoice can ask for.")
            except forms.ValidationError as refusal:
                self.add_error("price", refusal)
        return facts

    @property
    def line(self) -> Line | None:
        facts = self.cleaned_data
        if not facts.get("text"):
            return None
        return Line(text=facts["text"], unit_price=facts["price"], quantity=facts["quantity"] or 1)


LineFormSet = forms.formset_factory(LineForm, extra=0, max_num=MOST_LINES, validate_max=True)


class InvoiceForm(KeyedForm):
    milestones = forms.ModelMultipleChoiceField(
        Milestone.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Milestones to ask for",
    )
    tax_percent = _percent()
    due_date = day(
        label="Due on", help_text="Without one, so many days after it is issued as your settings say."
    )
    reference = forms.CharField(
        max_length=80, required=False, label="The brand’s reference", help_text="Such as a purchase order."
    )

    def __init__(self, *arguments, deal: BrandDeal, invoice: Invoice | None = None, **options) -> None:
        super().__init__(*arguments, **options)
        free = deal.milestones.filter(invoice=None)
        mine = deal.milestones.filter(invoice=invoice) if invoice else free.none()
        self.fields["milestones"].queryset = (free | mine).order_by("due_date", "id")
        self.fields["milestones"].label_from_instance = lambda each: (
            f"{each.title}, {written(each.amount, deal.currency)} {deal.currency}"
        )
        if not self.fields["milestones"].queryset:
            del self.fields["milestones"]

    @property
    def asked(self) -> list[Milestone]:
        return list(self.cleaned_data.get("milestones") or ())

    @staticmethod
    def initial_of(invoice: Invoice) -> dict:
        facts = {name: getattr(invoice, name) for name in ("tax_percent", "due_date", "reference")}
        return facts | {"key": invoice.pk, "milestones": [each.pk for each in invoice.milestones.all()]}


class PaymentForm(KeyedForm):
    amount = AmountField(label="What came", help_text="Tax included.")
    paid_date = day(required=True, label="On")
    reference = forms.CharField(max_length=140, required=False, label="Reference of the transfer")

    def __init__(self, *arguments, currency: str, **options) -> None:
        super().__init__(*arguments, **options)
        self.currency = currency
        self.fields["amount"].widget.attrs["data-unit"] = currency

    def clean_amount(self) -> int:
        return parts_of(self.cleaned_data["amount"], self.currency)

"""Forms of stores, their products and the filters of orders."""

import datetime as dt
from decimal import Decimal

from django import forms

from ledger.units import TooPrecise, decimals, is_currency, to_decimal, to_parts
from partnerships.merch_states import OrderState, Platform
from partnerships.operations.stores import OLD_SECRET, bare_domain
from partnerships.queries.merch import OrderFilter, Period, all_stores_of

LARGEST_FEE = Decimal(1000)


def _date(label: str, **options) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **options)


def parts_or_error(form: forms.Form, name: str, currency: str) -> int | None:
    try:
        return to_parts(form.cleaned_data.get(name) or Decimal(0), currency)
    except TooPrecise as error:
        form.add_error(name, str(error))
        return None


class StoreForm(forms.Form):
    """What its creator says of a store. `facts` are for the operations."""

    name = forms.CharField(max_length=60, help_text="As you call it.")
    currency = forms.CharField(
        max_length=3,
        min_length=3,
        help_text="The shop’s own currency, such as EUR: fees and costs are in it.",
    )
    domain = forms.CharField(
        label="The shop’s address",
        required=False,
        max_length=253,
        help_text="Such as lumi.myshopify.com. Left empty, it is taken from the first delivery; after that, "
        "deliveries of other shops are refused.",
    )
    fee_percent = forms.DecimalField(
        label="Fees of platform and payment, per cent",
        min_value=0,
        max_value=100,
        decimal_places=1,
        required=False,
        help_text="Of what the buyer pays, such as 2.9. For orders that we hear of from now on, if the shop "
        "does not tell the fees itself.",
    )
    fee_fixed = forms.DecimalField(
        label="Fees an order", min_value=0, max_value=LARGEST_FEE, required=False, help_text="Such as 0.30."
    )

    def clean_currency(self) -> str:
        code = self.cleaned_data["currency"].upper()
        if not is_currency(code):
            raise forms.ValidationError(f"{code} is no currency that we know.")
        return code

    def clean_domain(self) -> str:
        return bare_domain(self.cleaned_data["domain"])

    def clean(self) -> dict:
        facts = super().clean()
        if currency := facts.get("currency"):
            facts["fee_parts"] = parts_or_error(self, "fee_fixed", currency)
        return facts

    def facts(self) -> dict:
        told = self.cleaned_data
        per_mille = (told["fee_percent"] or Decimal(0)).scaleb(1)
        facts = {name: told[name] for name in ("name", "domain") if name in told}
        return facts | {"fee_fixed": told["fee_parts"], "fee_per_mille": int(per_mille)}


class ConnectForm(StoreForm):
    """Its key becomes the id of the store, so that the same form sent twice connects one."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    platform = forms.ChoiceField(
        choices=Platform.choices, widget=forms.RadioSelect, initial=Platform.SHOPIFY, label="It runs on"
    )
    field_order = ("platform", "name", "currency", "domain", "fee_percent", "fee_fixed")

    def facts(self) -> dict:
        return super().facts() | {name: self.cleaned_data[name] for name in ("key", "platform", "currency")}


class EditStoreForm(StoreForm):
    """The currency stays: costs and fees are in it."""

    def __init__(self, store, *args, **kwargs) -> None:
        initial = {
            "name": store.name,
            "domain": store.domain,
            "fee_percent": Decimal(store.fee_per_mille).scaleb(-1),
            "fee_fixed": to_decimal(store.fee_fixed, store.currency),
        }
        super().__init__(*args, initial=initial, **kwargs)
        del self.fields["currency"]
        self.fields["fee_fixed"].widget.attrs["data-unit"] = store.currency
        self.currency = store.currency

    def clean(self) -> dict:
        facts = super().clean()
        facts["fee_parts"] = parts_or_error(self, "fee_fixed", self.currency)
        return facts


class KeyForm(forms.Form):
    secret = forms.CharField(
        label="The key that Shopify shows",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Below the list of webhooks: “Your webhooks will be signed with …”. It rests encrypted. A "
        f"key that it replaces is good for {OLD_SECRET // dt.timedelta(hours=1)} more hours.",
    )


class CostForm(forms.Form):
    """What one piece costs, from a day on."""

    cost = forms.DecimalField(label="A piece costs you", min_value=0, max_value=Decimal(10**9))
    effective_date = _date(
        "From", help_text="In UTC. What was shipped before keeps its cost; the next cost ends this one."
    )

    def __init__(self, currency: str, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.fields["cost"].widget.attrs |= {"data-unit": currency, "step": f"1e-{decimals(currency)}"}

    def clean(self) -> dict:
        facts = super().clean()
        if "cost" in facts:
            facts["parts"] = parts_or_error(self, "cost", self.currency)
        return facts


class PeriodForm(forms.Form):
    first = _date("From", required=False)
    last = _date("To", required=False)
    store = forms.ModelChoiceField(None, required=False, empty_label="All stores")

    def __init__(self, creator_id, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["store"].queryset = all_stores_of(creator_id)

    def period(self) -> Period:
        """What is not understood narrows nothing; the form says so beside its field."""
        self.full_clean()
        told = self.cleaned_data if self.is_bound else {}
        store = told.get("store")
        return Period(told.get("first"), told.get("last"), store.pk if store else None)


class OrdersForm(PeriodForm):
    text = forms.CharField(
        label="Search",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": "Order, product, SKU"}),
    )
    state = forms.ChoiceField(choices=[("", "All states"), *OrderState.choices], required=False)
    flagged = forms.BooleanField(label="Contradicts itself", required=False)
    field_order = ("text", "state", "store", "first", "last", "flagged")

    def wanted(self) -> OrderFilter:
        period, told = self.period(), getattr(self, "cleaned_data", {})
        return OrderFilter(
            period, told.get("state", ""), bool(told.get("flagged")), told.get("text", "").replace("\0", "")
        )

"""How staff tell of money that the owners put in or took out, and what they see before they confirm it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from ledger.chart import OWN_FUNDS, PAYMENT_CLEARING, PAYOUT_CLEARING
from ledger.models import Entry
from ledger.operations import Posted, move_own_funds, own_funds_key
from ledger.queries import balances, entry_of
from ledger.units import TooPrecise, is_currency, to_parts

FACTS = ("currency", "amount", "takes_out", "reference", "reason")


class OwnFundsForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic while it runs
    takes_out = forms.BooleanField(label="Taken out, rather than paid in", required=False)
    currency = forms.CharField(max_length=3, help_text="Of the account at the bank, as in EUR.")
    amount = forms.DecimalField(
        min_value=Decimal("0.001"), max_digits=15, help_text="In whole units, as in 5000.00."
    )
    reference = forms.CharField(
        max_length=100, help_text="The bank's, from its statement. Nothing is booked twice under one."
    )

    class Meta:
        model = Entry
        fields = ("reason",)

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].upper()
        if not is_currency(currency):
            raise forms.ValidationError("Not a currency of ISO 4217.")
        return currency

    def clean_reference(self) -> str:
        reference: str = self.cleaned_data["reference"]
        if entry_of(own_funds_key(reference)):
            raise forms.ValidationError("This is booked already.")
        return reference

    def clean(self) -> dict[str, Any]:
        """The amount in smallest parts."""
        facts: dict[str, Any] = super().clean() or {}
        if "currency" in facts and "amount" in facts:
            try:
                facts["amount"] = to_parts(facts["amount"], facts["currency"])
            except TooPrecise as refusal:
                self.add_error("amount", str(refusal))
        return facts


def effects(facts: dict[str, Any]) -> list[tuple[str, int, int]]:
    """What stands before it and after it, in the currency's smallest part."""
    types = (OWN_FUNDS, PAYMENT_CLEARING, PAYOUT_CLEARING)
    own, *clearing = (type_.platform(facts["currency"]) for type_ in types)
    found = balances([own, *clearing])
    held = -sum(found[account] for account in clearing)
    moved = -facts["amount"] if facts["takes_out"] else facts["amount"]
    rows = [("Own funds", found[own]), ("Held at providers and banks", held)]
    return [(name, now, now + moved) for name, now in rows]


def book(form: forms.BaseForm) -> Posted:
    """Raises UnableToMoveOwnFunds."""
    return move_own_funds(**{name: form.cleaned_data[name] for name in FACTS}, at=timezone.now())

"""How amounts are written in JSON, both ways. For the products' APIs."""

from operator import attrgetter
from typing import Any

from django_countries import countries
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger.inputs import StrictSerializer
from ledger.units import LARGEST, is_currency


class MoneySerializer(StrictSerializer):
    """`amount` counts the smallest part of `currency`: 1250 of USD are $12.50, 1250 of JPY are ¥1,250."""

    amount = serializers.IntegerField()
    currency = serializers.CharField(min_length=3, max_length=3, help_text="ISO 4217.")

    def validate_currency(self, value: str) -> str:
        if not is_currency(value):
            raise serializers.ValidationError("Not a currency of ISO 4217.")
        return value


@extend_schema_field(MoneySerializer)
class MoneyField(serializers.Field):  # type: ignore[misc]  # it has no types
    """The attribute `amount` (or of the field's name), in the object's `currency`; null where it is None.
    What a program writes becomes both of these."""

    def __init__(
        self, *, amount: str = "", currency: str = "currency", least: int = 0, **options: Any
    ) -> None:
        super().__init__(source="*", **{"read_only": True} | options)
        self.amount, self.currency, self.least = amount, attrgetter(currency), least

    def to_representation(self, value: Any) -> dict[str, Any] | None:
        amount = getattr(value, self.amount or self.field_name)
        return None if amount is None else {"amount": amount, "currency": self.currency(value)}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        told = MoneySerializer().run_validation(data)
        if not self.least <= told["amount"] <= LARGEST:
            words = f"Write a whole number from {self.least} to {LARGEST}."
            raise serializers.ValidationError({"amount": [words]})
        return {self.amount or self.field_name: told["amount"], "currency": told["currency"]}


class CountryField(serializers.CharField):  # type: ignore[misc]  # it has no types
    """A country by its two letters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 2, "help_text": "ISO 3166."} | options)

    def to_internal_value(self, data: Any) -> str:
        code: str = super().to_internal_value(data)
        if code and code not in countries:
            raise serializers.ValidationError("Not a country of ISO 3166.")
        return code

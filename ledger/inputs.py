"""What programs send. For the products' APIs, too."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

MOST_NAMED = 10


class StrictSerializer(serializers.Serializer):  # type: ignore[misc]  # it has no types
    """A field that there is not is an error: a typo must not switch off what it was meant to say."""

    def to_internal_value(self, data: Any) -> Any:
        known = [name for name, field in self.fields.items() if not field.read_only]
        if isinstance(data, Mapping) and (unknown := data.keys() - set(known)):
            words = f"There is no such field here; what may be sent: {', '.join(known)}."
            raise serializers.ValidationError(
                {str(name)[:50]: [words] for name in sorted(unknown, key=str)[:MOST_NAMED]}
            )
        return super().to_internal_value(data)


class PeriodSerializer(serializers.Serializer):  # type: ignore[misc]
    """`from` and `to` are UTC days, both inclusive."""

    def get_fields(self) -> Any:
        """The names are words of Python's."""
        days = {
            "from": serializers.DateField(required=False, help_text="A UTC day, inclusive."),
            "to": serializers.DateField(required=False, help_text="A UTC day, inclusive."),
        }
        return days | super().get_fields()

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if "from" in asked and "to" in asked and asked["to"] < asked["from"]:
            raise serializers.ValidationError({"to": ["This day is before the first one."]})
        return asked

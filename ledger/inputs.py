"""What programs send. For the products' APIs, too."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

MOST_NAMED = 10


class StrictSerializer(serializers.Serializer):  # type: ignore[misc]  # it has no types
    """A field that there is not is an error: a typo must not switch off what it was meant to say."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := data.keys() - self.fields.keys()):
            words = f"There is no such field here; there are {', '.join(self.fields)}."
            raise serializers.ValidationError(
                {str(name)[:50]: [words] for name in sorted(unknown, key=str)[:MOST_NAMED]}
            )
        return super().to_internal_value(data)

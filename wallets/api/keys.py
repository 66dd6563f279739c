from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="1 to 80 characters, new for each thing you want done.",
)


def idempotency_key(request: Request) -> str:
    """The operation's key for the client's, apart from those that pages make. Raises ValidationError."""
    key = request.headers.get("Idempotency-Key", "")
    if not 0 < len(key) <= 80:
        raise serializers.ValidationError({"Idempotency-Key": [IDEMPOTENCY_KEY.description]})
    return f"api:{key}"

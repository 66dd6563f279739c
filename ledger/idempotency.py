"""The header with which programs say that a request is one they sent before. For the products' APIs."""

import uuid

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

LONGEST_KEY = 100
REPLAYED = "Idempotent-Replayed"
"""The header of an answer that was given before."""
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="1 to 100 characters.",
)


def idempotency_key(request: Request) -> str:
    """The operation's key for the client's, apart from those that pages make. Raises ValidationError."""
    key = request.META.get("HTTP_IDEMPOTENCY_KEY", "").strip()  # `request.headers` would parse all of them
    if not 0 < len(key) <= LONGEST_KEY:
        raise serializers.ValidationError(
            {"Idempotency-Key": [f"Send this header with 1 to {LONGEST_KEY} characters."]}
        )
    return f"api:{key}"


def id_for_key(request: Request) -> uuid.UUID:
    """The same for a person's same key at an address, for operations whose key is the id of what they make.
    Raises ValidationError."""
    return uuid.uuid5(request.user.pk, f"{request.path} {idempotency_key(request)}")

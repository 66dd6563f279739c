"""A creator's handle as a part of addresses."""

from django.urls import register_converter


class HandleConverter:
    """Matched whatever its case; handles are kept in small letters."""

    regex = "[A-Za-z0-9_.]{1,30}"

    def to_python(self, value: str) -> str:
        return value.lower()

    def to_url(self, value: str) -> str:
        return value


register_converter(HandleConverter, "handle")

HANDLE = "<handle:handle>"

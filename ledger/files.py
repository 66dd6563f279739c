"""Answers that are files. Whoever asks an address of the API for a file's type gets it, and a problem as
JSON."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from rest_framework.renderers import JSONRenderer


class CsvRenderer(JSONRenderer):  # type: ignore[misc]  # it has no types
    media_type, format = "text/csv", "csv"


class PdfRenderer(JSONRenderer):  # type: ignore[misc]
    media_type, format = "application/pdf", "pdf"


class AnyRenderer(JSONRenderer):  # type: ignore[misc]
    """Where each row says what its file is."""

    media_type, format = "*/*", "file"


def attachment(content: bytes, *, content_type: str, name: str) -> HttpResponse:
    """Somebody's file as it came. A browser keeps it under its name, and never shows it as a page of ours."""
    disposition = content_disposition_header(True, name)
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})

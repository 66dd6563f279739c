"""Addresses of the API that answer a file: whoever asks for its type gets it, and a problem as JSON."""

from rest_framework.renderers import JSONRenderer


class CsvRenderer(JSONRenderer):  # type: ignore[misc]  # it has no types
    media_type, format = "text/csv", "csv"


class PdfRenderer(JSONRenderer):  # type: ignore[misc]
    media_type, format = "application/pdf", "pdf"

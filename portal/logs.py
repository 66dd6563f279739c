"""What must not stand in a log."""

import logging
import re

from django.core.exceptions import PermissionDenied

_OVERLAY = re.compile(r"(/overlay/)[A-Za-z0-9_-]+")


def hide_tokens(logger, method: str, event: dict) -> dict:
    """A structlog processor: the token in an overlay's address opens it."""
    return {
        name: _OVERLAY.sub(r"\1…", value) if isinstance(value, str) else value
        for name, value in event.items()
    }


def without_refusals(record: logging.LogRecord) -> bool:
    """Keep every record, but of a plain refusal (403) no traceback: it is no fault of ours."""
    if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
        record.exc_info = None
    return True

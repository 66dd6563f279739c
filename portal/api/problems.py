"""Every error of the API as RFC 9457 `application/problem+json`: `code`, `title`, `detail`, `status`, and
`errors` by field where the body was at fault.

Operations refuse with exceptions of their own. A view names what they mean to a client in
`problems = {ExceptionClass: (status, code)}`; the exception's words become the detail.
"""

import math

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from portal.api.idempotency import Replayed
from portal.api.limits import MinuteLimit

MEDIA_TYPE = "application/problem+json"
WANTED = {"application/json": "JSON", "multipart/form-data": "a form with the file"}
TITLES = {
    400: "The request is not valid",
    401: "Authentication is needed",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    413: "Too large",
    415: "Unsupported media type",
    422: "Refused by a rule",
    429: "Too many requests",
}


class TooLarge(exceptions.APIException):
    status_code, default_code = 413, "too_large"
    default_detail = "The body is too large."


def problem(status_code: int, code: str, detail: str, errors: dict | None = None) -> dict:
    body = {
        "type": "about:blank",
        "status": status_code,
        "code": code,
        "title": TITLES.get(status_code, "Error"),
        "detail": detail,
    }
    return body | ({"errors": errors} if errors else {})


def _flat(detail, field: str = "") -> dict[str, list[str]]:
    """{"to": {"iban": ["…"]}} → {"to.iban": ["…"]}."""
    if isinstance(detail, dict):
        return {
            key: words
            for name, part in detail.items()
            for key, words in _flat(part, f"{field}.{name}".strip(".")).items()
        }
    if isinstance(detail, list) and any(isinstance(part, dict | list) for part in detail):
        return {
            key: words
            for index, part in enumerate(detail)
            for key, words in _flat(part, f"{field}.{index}".strip(".")).items()
        }
    return {
        field or "non_field_errors": [
            str(part) for part in (detail if isinstance(detail, list) else [detail])
        ]
    }


def handle(error: Exception, context: dict) -> Response | None:
    """DRF's exception handler. What it doesn't know is a fault of ours and goes on as one."""
    rules: dict[type[Exception], tuple[int, str]] = getattr(context.get("view"), "problems", {})
    for kind, (status_code, code) in rules.items():
        if isinstance(error, kind):
            set_rollback()
            code = getattr(error, "code", None) or code
            field = getattr(error, "field", None)
            errors = {field: [str(error)]} if field else getattr(error, "errors", None)
            body = problem(status_code, code, str(error), errors)
            return Response(body, status_code, content_type=MEDIA_TYPE)
    if isinstance(error, Replayed):
        return error.response()
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):
        error = TooLarge()
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    if error.status_code in (401, 403, 404):
        error = _counted(error, context)
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header
    if getattr(error, "wait", None) is not None:
        headers["Retry-After"] = str(math.ceil(error.wait))
    if isinstance(error, exceptions.ValidationError):
        errors = _flat(error.detail)
        field, words = next(iter(errors.items()))
        detail = words[0] if field == "non_field_errors" else f"{field}: {words[0]}"
        body = problem(error.status_code, "invalid", detail, errors)
    else:
        detail = str(error.detail)
        if isinstance(error, exceptions.UnsupportedMediaType):
            wanted = context["view"].parser_classes[0].media_type
            detail += f" Send {WANTED.get(wanted, wanted)}, and say so: Content-Type: {wanted}."
        body = problem(error.status_code, str(error.get_codes()), detail)
    return Response(body, error.status_code, headers=headers, content_type=MEDIA_TYPE)


def _counted(error: exceptions.APIException, context: dict) -> exceptions.APIException:
    """Who may not ask has asked, all the same: those are counted that are refused before the limit is."""
    if hasattr(context["request"]._request, "rate_limit"):
        return error
    try:
        MinuteLimit().allow_request(context["request"], context["view"])
    except exceptions.Throttled as throttled:
        return throttled
    return error


@csrf_exempt
def not_found(request, exception=None) -> JsonResponse:
    """Unknown addresses below /api/, whatever is sent there."""
    body = problem(
        404,
        "not_found",
        f"Nothing answers at {request.path}. Addresses end in a slash; /api/docs/ has them all.",
    )
    return JsonResponse(body, status=404, content_type=MEDIA_TYPE)

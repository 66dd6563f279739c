"""What drf-spectacular can't see by itself: the key an operation needs, and the problems it may answer."""

import inspect
import re
from collections.abc import Iterator

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.fields import empty
from rest_framework.permissions import SAFE_METHODS, AllowAny

from ledger.idempotency import IDEMPOTENCY_KEY, REPLAYED
from portal.api.permissions import HasScope
from portal.api.problems import MEDIA_TYPE, TITLES, TooLarge, problem
from portal.operations import answers

Codes = dict[int, dict[str, str]]
"""What a problem's code means, by status and code."""

HEADERS = {
    "RateLimit": "What is left: `r` requests, for `t` more seconds.",
    "RateLimit-Policy": "How many requests (`q`) a key has in a stretch of seconds (`w`).",
    "Retry-After": "Seconds after which to ask again.",
    "ETag": "Sent back as `If-None-Match` it saves sending what has not changed.",
    REPLAYED: "`true` where this was answered before, to the same request with the same `Idempotency-Key`.",
}


class ProblemSerializer(serializers.Serializer):
    """An error, as RFC 9457 has it. Programs go by `code`; `detail` is for people to read."""

    type = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField()
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="What is wrong with each field of the body, parameter or header.",
    )


def _headers(*names: str) -> dict:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _of(kind: type[exceptions.APIException]) -> dict[str, str]:
    """What the framework answers by itself."""
    return {kind.default_code: str(kind.default_detail)}


def _codes(kind: type[Exception], code: str = "") -> dict[str, str]:
    """The codes of an operation's refusal and of those that are a kind of it, each with what it says of
    itself."""
    found = {}
    for each in _with_kinds(kind):
        own = getattr(each, "code", None) or code
        if codes := getattr(each, "codes", None):  # one for each of its reasons
            found |= codes
        elif own and own not in found:
            found[own] = _words(each, own)
    return found


def _words(kind: type[Exception], code: str) -> str:
    if issubclass(kind, exceptions.APIException):
        return str(kind.default_detail)
    if not kind.__doc__:  # what it would inherit is about another
        return f"{code.replace('_', ' ').capitalize()}."
    return inspect.getdoc(kind).partition("\n\n")[0].replace("\n", " ")


def _with_kinds(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _with_kinds(each)


def _answer(status: int, codes: dict[str, str], shape: dict) -> dict:
    lines = [f"- `{code}`: {words}" for code, words in codes.items()]
    first, words = next(iter(codes.items()))
    told = {
        "description": "\n".join([f"{TITLES.get(status, 'Try again later')}.", "", *lines]),
        "content": {MEDIA_TYPE: {"schema": shape, "example": problem(status, first, words)}},
    }
    if status in (401, 403, 429):
        told["headers"] = _headers("RateLimit", "RateLimit-Policy", *["Retry-After"] * (status == 429))
    return told


_INVALID = {"invalid": "Something is missing or wrong: `errors` says what."}
COMMON: dict[str, tuple[int, dict[str, str]]] = {
    "Invalid": (400, _INVALID),
    "InvalidBody": (400, _INVALID | _of(exceptions.ParseError)),
    "NotAuthenticated": (
        401,
        _of(exceptions.NotAuthenticated) | {"invalid_key": "The key is unknown, expired or revoked."},
    ),
    "MissingScope": (403, {HasScope.code: HasScope.message}),
    "NotFound": (404, {"not_found": "There is no such thing, or it is somebody else's."}),
    "NotAcceptable": (406, _of(exceptions.NotAcceptable)),
    "KeyInUse": (409, _codes(answers.KeyReused) | _codes(answers.InProgress)),
    "TooLarge": (413, _of(TooLarge)),
    "UnsupportedMediaType": (415, {"unsupported_media_type": "The `Content-Type` is none that stands here."}),
    "TooManyRequests": (429, _of(exceptions.Throttled)),
}
"""What many operations answer, by the name of the schema's component."""

_END = re.compile(r"[.;]\s|\n\n")
"""Of a sentence that a summary may be."""
OPTIONAL_KEY = OpenApiParameter(
    IDEMPOTENCY_KEY.name,
    str,
    OpenApiParameter.HEADER,
    description=f"{IDEMPOTENCY_KEY.description} Once it was done, the same request with the same key is "
    "answered the same, for at least 24 hours.",
)


def _on_demand(serializer: serializers.Serializer) -> set[str]:
    """Those that are declared as not required. Fields of models are always there: with them the word is about
    what is written."""
    return {
        name
        for name, field in serializer._declared_fields.items()
        if not (field.required or field.read_only) and field.default is empty
    }


class PortalSchema(AutoSchema):
    """Every operation tells the problems that follow from its permissions, limits, parameters and body, and
    from the refusals in its view's `problems`. What a view says with `extend_schema` goes first."""

    def get_override_parameters(self) -> list:
        if self._is_unsafe and not getattr(self.view, "replays_itself", False):
            return [OPTIONAL_KEY]
        return []

    def _map_basic_serializer(self, serializer, direction: str) -> dict:
        """An answer has all its fields, whatever a request may leave out: `required` says so, but for those
        that are put in on demand."""
        shape = super()._map_basic_serializer(serializer, direction)
        if direction == "response":
            on_demand = _on_demand(force_instance(serializer))
            shape["required"] = [name for name in shape["properties"] if name not in on_demand]
        return shape

    def get_summary(self) -> str | None:
        """The first sentence."""
        return self._sentences()[0].replace("\n", " ").rstrip(".") or None

    def get_description(self) -> str:
        """All others."""
        others = "".join(self._sentences()[1:]).strip()
        return others[:1].upper() + others[1:]

    def _sentences(self) -> list[str]:
        """The first, and the rest if there is one."""
        return _END.split(super().get_description() or "", maxsplit=1)

    def get_operation(self, *arguments) -> dict | None:
        operation = super().get_operation(*arguments)
        if operation is None:
            return None
        if scopes := self.needed_scopes:
            words = f"A key needs the scope {' or '.join(f'`{scope}`' for scope in scopes)}."
            operation["description"] = f"{operation.get('description', '')}\n\n{words}".strip()
        told = operation["responses"]
        for status, answer in told.items():
            self._add_headers(status, answer)
        if not self._is_unsafe:
            told.setdefault("304", {"description": "As you know it already, by your `If-None-Match`."})
        for status, codes in self._problems(operation).items():
            told.setdefault(str(status), self._told(status, codes))
        operation["responses"] = dict(sorted(told.items()))
        return operation

    @property
    def needed_scopes(self) -> list[str]:
        """Several where the address says which it is: such a view names them in `scopes`."""
        scopes = getattr(self.view, "scopes", None) or [getattr(self.view, "scope", None)]
        return [f"{scope}:{'write' if self._is_unsafe else 'read'}" for scope in scopes if scope]

    @property
    def _is_unsafe(self) -> bool:
        return self.method not in SAFE_METHODS

    def _add_headers(self, status: str, answer: dict) -> None:
        named = ["RateLimit", "RateLimit-Policy"]
        if not self._is_unsafe:
            named.append("ETag")
        elif not getattr(self.view, "replays_itself", False):
            named.append(REPLAYED)
        answer.setdefault("headers", {}).update(_headers(*named))

    def _told(self, status: int, codes: dict[str, str]) -> dict:
        shape = self.resolve_serializer(ProblemSerializer, "response").ref
        for name, common in COMMON.items():
            if common == (status, codes):
                return {"$ref": f"#/components/responses/{name}"}
        return _answer(status, codes, shape)

    def _problems(self, operation: dict) -> Codes:
        common = ["Invalid", "NotAuthenticated", "NotAcceptable", "TooManyRequests"]
        if "requestBody" in operation:
            common += ["InvalidBody", "TooLarge", "UnsupportedMediaType"]
        if "{" in self.path:
            common.append("NotFound")
        if self._is_unsafe and not getattr(self.view, "replays_itself", False):
            common.append("KeyInUse")
        found: Codes = dict(COMMON[name] for name in common)
        if forbidden := self._forbidden():
            found[403] = forbidden
        for kind, (status, code) in self._refusals().items():
            found[status] = found.get(status, {}) | _codes(kind, code)
        return found

    def _forbidden(self) -> dict[str, str]:
        return {
            getattr(each, "code", None) or exceptions.PermissionDenied.default_code: getattr(
                each, "message", "You may not do that."
            )
            for each in self.view.get_permissions()
            if not isinstance(each, AllowAny)
        }

    def _refusals(self) -> dict[type[Exception], tuple[int, str]]:
        """Those of operations, which a view that can do something raises only when it does."""
        does = any(hasattr(self.view, method) for method in ("post", "put", "patch", "delete"))
        return getattr(self.view, "problems", {}) if self._is_unsafe or not does else {}


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "portal.api.authentication.KeyAuthentication"
    name = "Key"

    def get_security_requirement(self, auto_schema) -> list[dict]:
        """Scopes are roles, in OpenAPI's words."""
        return [{self.name: [scope]} for scope in auto_schema.needed_scopes] or [{self.name: []}]

    def get_security_definition(self, auto_schema) -> dict:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of yours: make one at `/profile/keys/`. It does what its scopes name, and "
            "never more than you may do yourself. Each operation says which scope it needs.",
        }


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "rest_framework.authentication.SessionAuthentication"
    name = "Session"

    def get_security_definition(self, auto_schema) -> dict:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "For the site's own pages: who is logged in, with all that they may do. Unsafe "
            "methods need `X-CSRFToken`.",
        }


def with_common(result: dict, generator, request, public) -> dict:
    """A hook of drf-spectacular's: what many answers have in common."""
    shape = {"$ref": "#/components/schemas/Problem"}
    result["components"]["responses"] = {name: _answer(*told, shape) for name, told in COMMON.items()}
    result["components"]["headers"] = {
        name: {"description": words, "schema": {"type": "integer" if name == "Retry-After" else "string"}}
        for name, words in HEADERS.items()
    }
    return result

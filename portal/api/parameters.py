"""What stands behind the `?` of an address."""

from functools import cache

from drf_spectacular.plumbing import force_instance
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from ledger.inputs import MOST_NAMED


class Declared(BaseThrottle):
    """A parameter that the schema does not tell of is an error: a filter with a typo would show everything.
    Asked among the throttles, as `Once` is: they come last before the view's own work."""

    def allow_request(self, request: Request, view) -> bool:
        method = "GET" if request.method == "HEAD" else request.method
        if not request.META.get("QUERY_STRING") or not hasattr(view, method.lower()):
            return True
        known = declared(type(view), method)
        unknown = request.query_params.keys() - {*known, api_settings.URL_FORMAT_OVERRIDE}
        if unknown:
            words = f"There is no such parameter here, only {', '.join(known)}."
            words = words if known else "There are no parameters here."
            raise ValidationError({name[:50]: [words] for name in sorted(unknown)[:MOST_NAMED]})
        return True


@cache
def declared(kind: type, method: str) -> list[str]:
    """The names of what a view takes there, by the declarations that its schema is made from."""
    view = kind()
    view.request, view.args, view.kwargs, view.format_kwarg = None, (), {}, None
    schema = getattr(getattr(view, method.lower()), "kwargs", {}).get("schema", type(view.schema))()
    schema.view, schema.method, schema.path = view, method, ""
    names = [each["name"] for each in schema._get_pagination_parameters()]
    for each in schema.get_override_parameters():
        if not isinstance(each, OpenApiParameter):
            names += force_instance(each).fields
        elif each.location == OpenApiParameter.QUERY:
            names.append(each.name)
    return names

import datetime as dt
from bisect import bisect_left

from django.core import exceptions
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.utils.urls import replace_query_param


class CursorPages(CursorPagination):
    """`{next, previous, results}`, newest first. Rows have time-ordered UUIDv7 keys."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request) -> int:
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return self.page_size
        try:
            size = int(asked)
        except ValueError:
            size = 0
        if size < 1:
            words = f"Write a whole number from 1; more than {self.max_page_size} are never on a page."
            raise ValidationError({self.page_size_query_param: [words]})
        return min(size, self.max_page_size)

    def get_paginated_response_schema(self, schema: dict) -> dict:
        """The framework's says nothing that OpenAPI 3.1 knows about the ends."""
        link = {"type": ["string", "null"], "format": "uri", "description": "Null where there is no more."}
        whole = super().get_paginated_response_schema(schema)
        properties = {"next": link, "previous": link, "results": schema}
        return whole | {"required": list(properties), "properties": properties}

    def paginate_queryset(self, queryset, request, view=None) -> list | None:
        """A cursor is only decoded by the framework: that it points at nothing shows when it is used."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, exceptions.ValidationError) as error:
            raise NotFound(self.invalid_cursor_message) from error


class DayPages(CursorPages):
    """Of days that were summed already, newest first; the cursor names the day that a page begins with."""

    page_size, max_page_size = 31, 366

    def paginate_queryset(self, days: list[dt.date], request, view=None) -> list[dt.date]:
        size, asked = self.get_page_size(request), request.query_params.get(self.cursor_query_param)
        try:
            first = dt.date.fromisoformat(asked) if asked else dt.date.max
        except ValueError as error:
            raise NotFound(self.invalid_cursor_message) from error
        start = bisect_left(days, _backwards(first), key=_backwards)
        self._address = request.build_absolute_uri()
        self._next = days[start + size : start + size + 1]
        self._previous = days[max(start - size, 0) : start][:1]
        return days[start : start + size]

    def get_next_link(self) -> str | None:
        return self._to(self._next)

    def get_previous_link(self) -> str | None:
        return self._to(self._previous)

    def _to(self, days: list[dt.date]) -> str | None:
        return replace_query_param(self._address, self.cursor_query_param, days[0]) if days else None


def _backwards(day: dt.date) -> int:
    return -day.toordinal()

import datetime as dt
from bisect import bisect_left

from django.core import exceptions
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
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
        except (NotFound, ValueError, exceptions.ValidationError) as error:
            raise self.invalid_cursor() from error

    def decode_cursor(self, request) -> Cursor | None:
        """What says nothing is none, either: it would be the first page again, for ever."""
        cursor = super().decode_cursor(request)
        if cursor == Cursor(offset=0, reverse=False, position=None):
            raise self.invalid_cursor()
        return cursor

    def invalid_cursor(self) -> ValidationError:
        words = "This is no cursor of ours. Follow `next` and `previous` as they are."
        return ValidationError({self.cursor_query_param: [words]})


class DayPages(CursorPages):
    """Of days that were summed already, newest first; the cursor names the day that a page begins with."""

    page_size, max_page_size = 31, 366

    def paginate_queryset(self, days: list[dt.date], request, view=None) -> list[dt.date]:
        size, asked = self.get_page_size(request), request.query_params.get(self.cursor_query_param)
        try:
            first = dt.date.max if asked is None else dt.date.fromisoformat(asked)
        except ValueError as error:
            raise self.invalid_cursor() from error
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

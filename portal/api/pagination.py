from django.core import exceptions
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination


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

    def paginate_queryset(self, queryset, request, view=None) -> list | None:
        """A cursor is only decoded by the framework: that it points at nothing shows when it is used."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, exceptions.ValidationError) as error:
            raise NotFound(self.invalid_cursor_message) from error

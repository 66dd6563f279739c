from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """`{next, previous, results}`, newest first. Rows have time-ordered UUIDv7 keys."""

    ordering = "-id"
    page_size_query_param = "page_size"
    max_page_size = 200

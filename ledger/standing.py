"""A filter for rows that hold until they are lifted, revoked, retired. For the products' admins."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest


class InForceFilter(admin.SimpleListFilter):
    """By whether the moment of `field` is written down, in the two words of `holds` and `ended`."""

    title = "standing"
    parameter_name = "standing"
    field = "lifted_at"
    holds = "In force"
    ended = "Lifted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("in_force", self.holds), ("lifted", self.ended)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value():
            return queryset.filter(**{f"{self.field}__isnull": self.value() == "in_force"})
        return queryset

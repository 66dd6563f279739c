"""A person's keys to the API."""

from django.db.models import QuerySet

from portal.models import ApiKey


def keys_of(person) -> QuerySet[ApiKey]:
    """All that there ever were, newest first."""
    return ApiKey.objects.filter(user=person).order_by("-id")

"""The types of events there are. Each product declares its own in what `WEBHOOK_TYPES` names, each with the
data of an event as it could be."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

TEST = "webhook.test"
NOTIFICATION = "notification.created"


@dataclass(frozen=True, kw_only=True)
class EventType:
    """`about` says when it happens. Every event of the type has the names that `example` has: money as
    `{"amount", "currency"}`, coins and diamonds as decimals, moments in ISO 8601, as in the API."""

    code: str
    about: str
    example: Mapping

    @property
    def words(self) -> str:
        """`about` as plain text."""
        return self.about.replace("`", "")

    @property
    def group(self) -> str:
        return self.code.partition(".")[0].replace("_", " ").capitalize()


TYPES = (
    {
        "code": NOTIFICATION,
        "about": "You were told of something, whatever it is about: as in your list of notifications.",
        "example": {
            "kind": "payout_paid",
            "title": "€89.65: Your payout is paid",
            "reason": "The bank has booked it.",
            "next_step": "You don't have to do anything.",
            "url": "https://portal.example/studio/payouts/019caf5b-6c00-7000-8000-001a2b3c4d5e/",
        },
    },
)
"""The roof's own. `webhook.test` is none that one chooses."""
TEST_EXAMPLE = {"message": "This is a test: your endpoint is reached, and its signature can be verified."}


@cache
def types() -> Mapping[str, EventType]:
    """Every type that can be chosen by its code, in the order in which they are declared."""
    found: dict[str, EventType] = {}
    for path in settings.WEBHOOK_TYPES:
        for declared in import_string(path):
            made = EventType(**declared)
            if made.code in found:
                raise ImproperlyConfigured(f"Two types of events are called {made.code}.")
            found[made.code] = made
    return MappingProxyType(found)


def groups() -> dict[str, list[EventType]]:
    """The types by what they are about."""
    found: dict[str, list[EventType]] = {}
    for each in types().values():
        found.setdefault(each.group, []).append(each)
    return found

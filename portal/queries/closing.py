"""What stands before somebody who wants to leave."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from ledger.leaving import Bearing, Matter
from portal.models import Closure
from portal.models.closures import ClosureState


@dataclass(frozen=True)
class Ahead:
    """What `stops` has to be over first, what `waits` ends by itself, what is `lost` goes."""

    stops: list[Matter]
    waits: list[Matter]
    lost: list[Matter]

    @property
    def given_up(self) -> dict[str, int]:
        """{unit: smallest parts} of what would go, as far as it is known today."""
        found: dict[str, int] = {}
        for matter in (*self.waits, *self.lost):
            if matter.amount:
                found[matter.unit] = found.get(matter.unit, 0) + matter.amount
        return dict(sorted(found.items()))

    def beyond(self, agreed: Mapping[str, int]) -> dict[str, int]:
        """What would go of which the person did not know."""
        return {unit: amount for unit, amount in self.given_up.items() if amount > agreed.get(unit, 0)}


def ahead_of(person, at: dt.datetime) -> Ahead:
    """As every app sees it: `settings.CLOSURE_MATTERS`. The page shows it, and no account is asked to be
    closed, nor is closed, but by it."""
    matters = [matter for path in settings.CLOSURE_MATTERS for matter in import_string(path)(person, at)]
    by_bearing = {bearing: [matter for matter in matters if matter.bearing == bearing] for bearing in Bearing}
    return Ahead(by_bearing[Bearing.STOPS], by_bearing[Bearing.WAITS], by_bearing[Bearing.LOST])


def matters(person, at: dt.datetime) -> list[Matter]:
    """The roof's own."""
    found = []
    if person.is_staff:
        found.append(
            Matter(
                code="staff",
                bearing=Bearing.STOPS,
                label="You are on our staff",
                words="Somebody takes your powers away first: what you decided stays under your name.",
            )
        )
    if person.is_creator:
        found.append(
            Matter(
                code="page",
                bearing=Bearing.LOST,
                label=f"Your page /c/{person.handle}/",
                words="It is gone at once, and nobody else ever gets its handle.",
                url=reverse("wallets:creator", args=[person.handle]),
                action="See your page",
            )
        )
    return found


def waiting_closure(person) -> Closure | None:
    return Closure.objects.filter(person=person, state=ClosureState.WAITING).first()


def closures_with_problems() -> QuerySet[Closure]:
    """Those that were due, and that something keeps from being done."""
    return Closure.objects.filter(state=ClosureState.WAITING).exclude(problem="")

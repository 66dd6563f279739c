"""Who logs in from the same places."""

import uuid
from collections.abc import Iterable

from django.db.models import Count

from portal.models import Sighting

CROWD = 10
"""An address or a device of more people than this, such as a school's, tells nothing."""
WORDS = {Sighting.Kind.ADDRESS: "same internet address", Sighting.Kind.DEVICE: "same device"}


def same_place(person_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """{other person's id: tie}; a device says more than an address."""
    own = Sighting.objects.filter(person_id=person_id).values("digest")
    crowded = (
        Sighting.objects.filter(digest__in=own)
        .values("digest")
        .annotate(people=Count("person"))
        .filter(people__gt=CROWD)
    )
    others = Sighting.objects.filter(digest__in=own).exclude(digest__in=crowded.values("digest"))
    # Addresses come first, so that a device's word stays.
    rows = others.exclude(person_id=person_id).order_by("kind").values_list("person_id", "kind")
    return {other: WORDS[Sighting.Kind(kind)] for other, kind in rows}


def seen_at(person_id: uuid.UUID, digests: Iterable[str]) -> list[str]:
    """Which kinds of places, of those with these digests, somebody has logged in from; a crowd's aside."""
    rows = Sighting.objects.filter(digest__in=list(digests))
    people = rows.values("digest", "kind").annotate(people=Count("person")).filter(people__lte=CROWD)
    own = people.filter(digest__in=rows.filter(person_id=person_id).values("digest")).order_by("kind")
    return [Sighting.Kind(row["kind"]).label.lower() for row in own]

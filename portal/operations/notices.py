"""Telling people what happened, and what they do with what they were told."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction

from portal.models import MutedKind, Notice
from portal.notices import kinds


class UnknownKind(Exception):
    """No product declares such a kind of notice."""


class WrongFacts(Exception):
    """A notice has exactly the facts that its kind's example has."""


def notify(*, person, kind: str, key: str, at: dt.datetime, facts: Mapping, url: str = "") -> None:
    """Tell a person of something, in the caller's transaction. The same key tells it once, whatever else is
    said with it later. `url` is a path of this site where more is to be seen.

    Raises UnknownKind, WrongFacts."""
    known = kinds().get(kind)
    if known is None:
        raise UnknownKind(f"No kind of notice is called {kind}.")
    if facts.keys() != known.example.keys():
        raise WrongFacts(f"{kind} takes {', '.join(known.example)}, not {', '.join(facts)}.")
    muted = known.optional and MutedKind.objects.filter(person=person, kind=kind).exists()
    notice = Notice(person=person, kind=kind, key=key, at=at, facts=facts, url=url, to_mail=not muted)
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


@transaction.atomic
def choose_mails(*, person, wanted: Iterable[str], offered: Iterable[str]) -> None:
    """Of the `offered` kinds mail only the `wanted` ones to this person from now on."""
    offered, wanted = set(offered), set(wanted)
    MutedKind.objects.filter(person=person, kind__in=offered & wanted).delete()
    muted = [MutedKind(person=person, kind=kind) for kind in sorted(offered - wanted)]
    MutedKind.objects.bulk_create(muted, ignore_conflicts=True)


def mark_read(*, person, at: dt.datetime, until: dt.datetime, **narrowed) -> int:
    """Take the person's unread notices of up to `until` as read; returns how many there were."""
    unread = Notice.objects.filter(person=person, read_at__isnull=True, at__lte=until, **narrowed)
    return unread.update(read_at=at)

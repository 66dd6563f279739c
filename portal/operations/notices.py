"""Telling people what happened, and what they do with what they were told."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import transaction

from portal.models import MutedKind, Notice
from portal.notices import kinds, offered_to
from portal.operations.webhook_events import publish
from portal.queries.notices import words_of
from portal.webhook_types import NOTIFICATION


class UnknownKind(Exception):
    """No product declares such a kind of notice."""


class WrongFacts(Exception):
    """A notice has exactly the facts that its kind's example has."""


class UnknownNotice(Exception):
    """There is no such notice, or it is someone else's."""

    code = "not_found"


def notify(*, person, kind: str, key: str, at: dt.datetime, facts: Mapping, url: str = "") -> None:
    """Tell a person of something, in the caller's transaction. The same key tells it once, whatever else is
    said with it later; somebody who has left is told nothing. `url` is a path of this site where more is
    to be seen.

    Raises UnknownKind, WrongFacts."""
    if person.closed_at is not None:
        return  # nobody is there to be told
    known = kinds().get(kind)
    if known is None:
        raise UnknownKind(f"No kind of notice is called {kind}.")
    if facts.keys() != known.example.keys():
        raise WrongFacts(f"{kind} takes {', '.join(known.example)}, not {', '.join(facts)}.")
    muted = known.optional and MutedKind.objects.filter(person=person, kind=kind).exists()
    notice = Notice(person=person, kind=kind, key=key, at=at, facts=facts, url=url, to_mail=not muted)
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    publish(person_id=person.pk, type=NOTIFICATION, key=f"notice:{key}", at=at, data=lambda: _data(notice))


def _data(notice: Notice) -> dict:
    """What programs are told of it."""
    words = words_of(notice)
    return {"kind": notice.kind, **vars(words), "url": notice.url and settings.SITE_URL + notice.url}


def mark_read(*, person, notice_id: uuid.UUID, at: dt.datetime) -> Notice:
    """The person has seen it; saying it twice keeps the first moment. Raises UnknownNotice (also for
    another's)."""
    mine = Notice.objects.filter(id=notice_id, person=person)
    mine.filter(read_at__isnull=True).update(read_at=at)
    notice = mine.first()
    if notice is None:
        raise UnknownNotice("There is no such notification.")
    return notice


def mark_all_read(*, person, until: dt.datetime, at: dt.datetime) -> int:
    """The person has seen what they were told up to `until`; returns how much of it was new."""
    unread = Notice.objects.filter(person=person, read_at__isnull=True, at__lte=until)
    return unread.update(read_at=at)


@transaction.atomic
def choose_mails(*, person, wanted: Iterable[str]) -> None:
    """Of the kinds that this person may switch off, mail only those that are `wanted` from now on."""
    offered = {kind.code for group in offered_to(person).values() for kind in group if kind.optional}
    MutedKind.objects.filter(person=person, kind__in=offered & set(wanted)).delete()
    muted = [MutedKind(person=person, kind=code) for code in sorted(offered - set(wanted))]
    MutedKind.objects.bulk_create(muted, ignore_conflicts=True)

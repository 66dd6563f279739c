"""What a person was told, and of what they get mails."""

import zoneinfo

from django.contrib.auth import get_user_model
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone, translation

from portal.models import MutedKind, Notice
from portal.notices import Words, kinds


def notices_of(person) -> QuerySet[Notice]:
    """Newest first; those alone for whose kind there are still words."""
    return Notice.objects.filter(person=person, kind__in=kinds())


def words_of(notice: Notice) -> Words:
    """As its person would read them, whoever asks."""
    person = notice.person
    with translation.override(person.language), timezone.override(zoneinfo.ZoneInfo(person.time_zone)):
        return kinds()[notice.kind].words(notice.facts)


def people_with_unread() -> QuerySet:
    """People with `unread_notices`, so that every page's header can say so without a query of its own."""
    unread = Notice.objects.filter(person=OuterRef("pk"), read_at__isnull=True).order_by().values("person")
    count = Subquery(unread.annotate(count=Count("id")).values("count"), output_field=IntegerField())
    return get_user_model().objects.annotate(unread_notices=Coalesce(count, 0))


def muted_kinds(person) -> frozenset[str]:
    """The codes of what this person gets no mails of."""
    return frozenset(MutedKind.objects.filter(person=person).values_list("kind", flat=True))

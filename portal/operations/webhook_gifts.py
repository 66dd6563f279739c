"""Gifts for those programs that want them: read behind the gifts' path, which neither waits for this nor
writes anything for it."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat

from portal.models import WebhookEvent, WebhookPosition
from portal.operations.webhook_events import Happening, publish_all
from portal.queries.webhooks import listening
from wallets.models import Gift, GiftReversal
from wallets.webhooks import GIFT, GIVEN_BACK, TAKEN_BACK, gift_data, reversal_data

READER = "gifts"
MARGIN = dt.timedelta(minutes=10)
"""A gift is found for as long after it was sent, however late it was committed."""
IDLE = dt.timedelta(minutes=1)
MOST = 1_000
"""Of each kind at one look; the rest at the next."""


@transaction.atomic
def publish_gifts(*, at: dt.datetime) -> int:
    """Publish the gifts, and what was taken back of them, that were written since the last look; returns how
    many. Each is published once however often and at once this runs. What a look finds is what the position
    of the last one does not see (docs/decisions/0019): nothing is missed that commits late."""
    now = _snapshot()
    position, new = WebhookPosition.objects.get_or_create(reader=READER, defaults={"snapshot": now, "at": at})
    position = WebhookPosition.objects.select_for_update(skip_locked=True).filter(reader=READER).first()
    if position is None or new:
        return 0
    listeners = _listeners(at)
    if not listeners:
        if position.at <= at - IDLE:
            _go_on(position, now, at)
        return 0
    since = max(position.at - MARGIN, min(made_at for made_at, _ in listeners.values()))
    gifts = list(_gifts(position, since, listeners))
    reversals = list(_reversals(position, since, listeners))
    publish_all(
        [
            *(
                Happening(gift.creator_id, GIFT, _key(GIFT, gift.pk), gift.sent_at, _data_of(gift))
                for gift in gifts
            ),
            *(_of_reversal(each) for each in reversals),
        ]
    )
    if len(gifts) < MOST and len(reversals) < MOST:
        _go_on(position, now, at)
    return len(gifts) + len(reversals)


def _snapshot() -> str:
    """Taken before anything is looked for: what commits in between is found again, and known by its key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return cursor.fetchone()[0]


def _go_on(position: WebhookPosition, snapshot: str, at: dt.datetime) -> None:
    position.snapshot, position.at = snapshot, at
    position.save(update_fields=["snapshot", "at"])


def _listeners(at: dt.datetime) -> dict[uuid.UUID, tuple[dt.datetime, set[str]]]:
    """Who wants to be told of gifts, since when, and of what."""
    wanted = (GIFT, TAKEN_BACK, GIVEN_BACK)
    found: dict = {}
    interested = Q()
    for code in wanted:
        interested |= Q(event_types__contains=[code])
    for endpoint in listening(at).filter(interested):
        made_at, codes = found.get(endpoint.owner_id, (endpoint.made_at, set()))
        found[endpoint.owner_id] = min(made_at, endpoint.made_at), codes | set(endpoint.event_types)
    return found


def _who_wants(listeners: dict, code: str) -> list[uuid.UUID]:
    return [person for person, (_, codes) in listeners.items() if code in codes]


def _gifts(position: WebhookPosition, since: dt.datetime, listeners: dict) -> QuerySet[Gift]:
    rows = Gift.objects.filter(creator__in=_who_wants(listeners, GIFT), sent_at__gte=since)
    return _new(rows, position, [GIFT]).select_related("gift_type", "viewer")


def _reversals(position: WebhookPosition, since: dt.datetime, listeners: dict) -> QuerySet[GiftReversal]:
    taken = Q(creator__in=_who_wants(listeners, TAKEN_BACK), diamonds__gt=0)
    given = Q(creator__in=_who_wants(listeners, GIVEN_BACK), diamonds__lt=0)
    return _new(GiftReversal.objects.filter(taken | given, at__gte=since), position, [TAKEN_BACK, GIVEN_BACK])


def _new(rows: QuerySet, position: WebhookPosition, codes: Iterable[str]) -> QuerySet:
    """Those that the position does not see, and of which nothing was published yet; MOST of them."""
    seen = Func(
        F("written_in"),
        Value(position.snapshot),
        template="pg_visible_in_snapshot(%(expressions)s::pg_snapshot)",
        output_field=BooleanField(),
    )
    keys = [Q(key=Concat(Value(f"{code}:"), Cast(OuterRef("pk"), CharField()))) for code in codes]
    known = Q()
    for key in keys:
        known |= key
    published = Exists(WebhookEvent.objects.filter(known))
    return rows.annotate(seen=seen).filter(~published, seen=False).order_by("id")[:MOST]


def _of_reversal(reversal: GiftReversal) -> Happening:
    code = TAKEN_BACK if reversal.diamonds > 0 else GIVEN_BACK
    return Happening(
        reversal.creator_id, code, _key(code, reversal.pk), reversal.at, lambda: reversal_data(reversal)
    )


def _data_of(gift: Gift):
    return lambda: gift_data(gift)


def _key(code: str, row_id: uuid.UUID) -> str:
    return f"{code}:{row_id}"

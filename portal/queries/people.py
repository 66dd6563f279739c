"""People as the site's own pages show them."""

import uuid

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, QuerySet

from ledger.encryption import digest
from portal.models import KeptHandle
from wallets.queries.streams import live_streams


def creators_to_visit(*, limit: int = 12) -> QuerySet:
    """Those who are `live` come first, then those who became people here last."""
    creators = get_user_model().objects.filter(is_creator=True, is_active=True)
    live = Exists(live_streams().filter(creator_id=OuterRef("pk")))
    return creators.annotate(live=live).order_by("-live", "-id")[:limit]


def handle_is_taken(*, handle: str, by_other_than: uuid.UUID) -> bool:
    """The database has the last word; this only lets a form speak before it is asked."""
    if not handle:
        return False
    taken = get_user_model().objects.filter(handle=handle).exclude(pk=by_other_than).exists()
    return taken or handle_is_kept(handle)


def handle_is_kept(handle: str) -> bool:
    """Whether it was that of a creator who has left: nobody else is to be taken for them."""
    return KeptHandle.objects.filter(digest=digest(handle)).exists()


def named(person_id: uuid.UUID):
    """The person with this id; None if there is nobody."""
    return get_user_model().objects.filter(pk=person_id).first()

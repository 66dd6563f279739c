import uuid

from wallets.feed.tickets import digest
from wallets.models import Overlay


def overlay_of(creator_id: uuid.UUID) -> Overlay | None:
    return Overlay.objects.filter(creator_id=creator_id).first()


def overlay_of_token(token: str) -> Overlay | None:
    """None for what was never a token, or is none any more."""
    found = Overlay.objects.filter(digest=digest(token), creator__is_active=True)
    return found.select_related("creator").first()

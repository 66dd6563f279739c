"""What the site hands to a browser that it sends on to the feed: whom it wants to hear of, for a minute."""

import hashlib
import uuid
from dataclasses import dataclass

from django.core import signing

_SALT = "wallets.feed"
SECONDS = 60


class BadTicket(Exception):
    """It was not written by this site, or is too old."""


@dataclass(frozen=True)
class Ticket:
    """`viewer` tells people apart who watch; empty where nobody is known. `overlay` is the digest of the
    token of an overlay, for as long as which the feed stays open to it; empty for pages."""

    creator_id: uuid.UUID
    viewer: str = ""
    overlay: str = ""


def sign(ticket: Ticket) -> str:
    return signing.dumps([ticket.creator_id.hex, ticket.viewer, ticket.overlay], salt=_SALT)


def read(text: str) -> Ticket:
    """Raises BadTicket."""
    try:
        creator, viewer, overlay = signing.loads(text, salt=_SALT, max_age=SECONDS)
    except signing.BadSignature as error:
        raise BadTicket from error
    return Ticket(uuid.UUID(creator), viewer, overlay)


def digest(token: str) -> str:
    """What is kept of an overlay's token."""
    return hashlib.sha256(token.encode()).hexdigest()

import datetime as dt

from ledger.encryption import digest
from partnerships.models import DealShare


def share_of_token(token: str, at: dt.datetime) -> DealShare | None:
    """The link that opens now, with its deal."""
    return (
        DealShare.objects.select_related("deal__brand", "deal__creator")
        .filter(digest=digest(token), revoked_at=None, frozen_at=None, expires_at__gt=at)
        .first()
    )

"""The link by which a brand sees its deal without an account."""

import datetime as dt
import secrets
import uuid

from django.db import transaction
from django.db.models import Q
from uuid_utils.compat import uuid7

from ledger.encryption import digest
from ledger.operations import IdempotencyConflict
from partnerships.models import DealShare
from partnerships.operations.deal_moves import UnknownDeal, locked, tell

DAYS = 90
_BYTES = 32
_SEEN_EVERY = dt.timedelta(hours=1)


class UnableToShare(Exception):
    """`code` names why."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@transaction.atomic
def share_deal(
    *, creator, deal_id: uuid.UUID, at: dt.datetime, days: int = DAYS, key: uuid.UUID | None = None
) -> DealShare:
    """A new link, good for so many days; one of before opens nothing any more. The same key again returns the
    first, whatever became of it.

    Raises UnknownDeal, UnableToShare, ledger.operations.IdempotencyConflict."""
    deal = locked(creator.pk, deal_id)
    key, good = key or uuid7(), dt.timedelta(days=days)
    if known := deal.shares.filter(pk=key).first():
        if known.expires_at - known.made_at != good:
            raise IdempotencyConflict("This link was made before, for another number of days.")
        return known
    if deal.shares.filter(frozen_at__isnull=False).exists():
        raise UnableToShare(
            "frozen", "Our staff froze the link of this deal. Write to them to share it again."
        )
    deal.shares.filter(revoked_at=None).update(revoked_at=at)
    token = secrets.token_urlsafe(_BYTES)
    share = DealShare.objects.create(
        id=key, deal=deal, digest=digest(token), token=token, made_at=at, expires_at=at + good
    )
    tell(deal, "Shared by a link", at=at, actor=creator)
    return share


@transaction.atomic
def revoke_share(*, creator, deal_id: uuid.UUID, at: dt.datetime) -> None:
    """Nobody sees anything by it any more. Revoking again changes nothing. Raises UnknownDeal."""
    deal = locked(creator.pk, deal_id)
    if deal.shares.filter(revoked_at=None).update(revoked_at=at):
        tell(deal, "The link was revoked", at=at, actor=creator)


@transaction.atomic
def freeze_share(*, share_id: uuid.UUID, actor, reason: str, at: dt.datetime) -> DealShare:
    """Staff stop a link that is abused. Freezing again changes nothing.

    Raises UnknownDeal, UnableToShare."""
    share = _of_staff(share_id, actor)
    if share.frozen_at is None:
        share.frozen_at, share.frozen_by, share.frozen_reason = at, actor, reason[:300]
        share.save(update_fields=["frozen_at", "frozen_by", "frozen_reason"])
        tell(share.deal, "Our staff froze the link", at=at, note=share.frozen_reason)
    return share


@transaction.atomic
def thaw_share(*, share_id: uuid.UUID, actor, at: dt.datetime) -> DealShare:
    """It opens again, as far as it was not revoked and has not expired. Raises UnknownDeal, UnableToShare."""
    share = _of_staff(share_id, actor)
    if share.frozen_at is not None:
        share.frozen_at, share.frozen_by, share.frozen_reason = None, None, ""
        share.save(update_fields=["frozen_at", "frozen_by", "frozen_reason"])
        tell(share.deal, "Our staff opened the link again", at=at)
    return share


def _of_staff(share_id: uuid.UUID, actor) -> DealShare:
    """Locked, for somebody who may decide on it."""
    if not actor.has_perm("partnerships.freeze_dealshare"):
        raise UnableToShare("not_permitted", "You may not freeze links.")
    found = DealShare.objects.select_for_update(of=("self",)).select_related("deal")
    share = found.filter(pk=share_id).first()
    if share is None:
        raise UnknownDeal("There is no such link.")
    if share.deal.creator_id == actor.pk:
        raise UnableToShare("own_deal", "This deal is your own: let somebody else decide.")
    return share


def was_seen(*, share: DealShare, at: dt.datetime) -> None:
    """Kept to the hour: a page that is looked at often writes seldom."""
    DealShare.objects.filter(pk=share.pk).filter(Q(seen_at=None) | Q(seen_at__lt=at - _SEEN_EVERY)).update(
        seen_at=at
    )

"""Freezing a viewer's wallet, for several causes at once, and thawing it when the last is gone."""

import datetime as dt
import uuid

from django.contrib.auth.models import AbstractBaseUser
from django.db.transaction import atomic
from django.urls import reverse

from ledger.chart import VIEWER_COINS
from ledger.operations import freeze, lock, open_accounts, thaw
from wallets.models import Dispute, Freeze
from wallets.notices import notify

DISPUTED = (
    "A payment of yours is disputed at your bank. What it bought can't be used until the bank has decided."
)


class UnableToFreeze(Exception):
    """The wallet stays as it is; the words say why."""

    code = "refused"


class NotPermitted(UnableToFreeze):
    code = "not_permitted"


class MissingReason(UnableToFreeze):
    code = "missing_reason"

    def __init__(self) -> None:
        super().__init__("Say why: the owner of the wallet reads it.")


def freeze_for_dispute(*, dispute: Dispute, at: dt.datetime) -> Freeze:
    """Freeze the wallet that a disputed payment filled; once per dispute: what staff lifted stays lifted."""
    viewer_id = dispute.purchase.viewer_id
    with atomic():
        _lock(viewer_id)
        kept, new = Freeze.objects.get_or_create(
            dispute=dispute,
            defaults={
                "viewer_id": viewer_id,
                "cause": Freeze.Cause.DISPUTE,
                "reason": DISPUTED,
                "placed_at": at,
            },
        )
        if new:
            freeze([VIEWER_COINS.of(viewer_id)])
    return kept


def thaw_after_dispute(*, dispute: Dispute, at: dt.datetime) -> None:
    """Lift the freeze of a dispute that is over, if there is one. May be repeated."""
    for placed in Freeze.objects.filter(dispute=dispute, lifted_at__isnull=True):
        _lift(placed, at=at, because="The dispute was decided for you or withdrawn.")


def freeze_wallet(
    *, viewer_id: uuid.UUID, reason: str, key: uuid.UUID, actor: AbstractBaseUser, at: dt.datetime
) -> Freeze:
    """Freeze a wallet for a reason of staff's own, which its owner reads. `key` becomes the freeze's id: the
    same one freezes once.

    Raises NotPermitted, MissingReason."""
    _refuse(actor, viewer_id)
    if not reason.strip():
        raise MissingReason
    with atomic():
        _lock(viewer_id)
        kept, new = Freeze.objects.get_or_create(
            id=key,
            defaults={
                "viewer_id": viewer_id,
                "cause": Freeze.Cause.STAFF,
                "reason": reason.strip(),
                "placed_at": at,
                "placed_by": actor,
            },
        )
        if kept.lifted_at is None:
            freeze([VIEWER_COINS.of(viewer_id)])
        if new:
            _tell(kept, "wallet_frozen", kept.reason, at)
    return kept


def lift_freeze(*, freeze_id: uuid.UUID, reason: str, actor: AbstractBaseUser, at: dt.datetime) -> Freeze:
    """Lift one cause; the wallet thaws if it was the last. Doing it again changes nothing.

    Raises NotPermitted, MissingReason."""
    placed = Freeze.objects.get(pk=freeze_id)
    _refuse(actor, placed.viewer_id)
    if not reason.strip():
        raise MissingReason
    _lift(placed, at=at, because=reason.strip(), actor=actor)
    placed.refresh_from_db()
    return placed


def _refuse(actor: AbstractBaseUser, viewer_id: uuid.UUID) -> None:
    if not actor.has_perm("wallets.freeze_wallet"):
        raise NotPermitted("You may not freeze and thaw wallets.")
    if actor.pk == viewer_id:
        raise NotPermitted("This is your own wallet: somebody else decides.")


def _lift(placed: Freeze, *, at: dt.datetime, because: str, actor: AbstractBaseUser | None = None) -> None:
    with atomic():
        _lock(placed.viewer_id)
        lifted = Freeze.objects.filter(pk=placed.pk, lifted_at__isnull=True).update(
            lifted_at=at, lifted_by=actor, lifted_because=because
        )
        if not Freeze.objects.filter(viewer_id=placed.viewer_id, lifted_at__isnull=True).exists():
            thaw([VIEWER_COINS.of(placed.viewer_id)])
            if lifted and actor is not None:
                _tell(placed, "wallet_thawed", because, at)


def _tell(placed: Freeze, kind: str, reason: str, at: dt.datetime) -> None:
    """Of what staff did; that of a dispute is told with the dispute."""
    facts = {"reason": reason}
    key = f"{kind}:{placed.pk}"
    notify(person=placed.viewer, kind=kind, key=key, at=at, facts=facts, url=reverse("wallets:wallet"))


def _lock(viewer_id: uuid.UUID) -> None:
    """One change of a wallet's freezes at a time, so that none thaws what another has just frozen."""
    coins = VIEWER_COINS.of(viewer_id)
    open_accounts([coins])
    lock([coins])

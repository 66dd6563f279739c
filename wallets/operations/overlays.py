"""What streaming software shows on top of a creator's picture, and the secret address it has it from."""

import datetime as dt
import secrets

from django.contrib.auth.models import AbstractBaseUser

from wallets.feed.tickets import digest
from wallets.models import Overlay
from wallets.operations.streams import NoCreatorPage

_BYTES = 32


def save_overlay(*, creator: AbstractBaseUser, at: dt.datetime, **choices) -> Overlay:
    """`choices` are fields of the overlay, valid ones. Open overlays take them up at once.

    Raises NoCreatorPage."""
    if not creator.is_creator:
        raise NoCreatorPage
    overlay, _ = Overlay.objects.update_or_create(creator=creator, defaults=choices | {"saved_at": at})
    return overlay


def renew_address(*, creator: AbstractBaseUser, at: dt.datetime) -> str:
    """A new token, which is returned this once; an address of before shows nothing any more.

    Raises NoCreatorPage."""
    token = secrets.token_urlsafe(_BYTES)
    save_overlay(creator=creator, at=at, digest=digest(token), renewed_at=at)
    return token


def revoke_address(*, creator: AbstractBaseUser, at: dt.datetime) -> None:
    """Nobody can look any more. Settings stay. Revoking again changes nothing."""
    Overlay.objects.filter(creator=creator).exclude(digest="").update(digest="", saved_at=at)


def ask_for_sample(*, creator: AbstractBaseUser, at: dt.datetime) -> None:
    """Let open overlays announce a gift that nobody sent, to see where it appears."""
    Overlay.objects.filter(creator=creator).update(tested_at=at)

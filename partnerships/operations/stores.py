"""A creator connects shops, and keeps their keys."""

import base64
import datetime as dt
import secrets
import uuid

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from ledger.operations import IdempotencyConflict
from partnerships.merch_states import Platform, StoreState
from partnerships.models import Store
from partnerships.queries.merch import stores_of

OLD_SECRET = dt.timedelta(hours=24)
"""How long a secret that was replaced still signs: what was sent before arrives late."""
MOST_STORES = 20
_BYTES = 32


class UnableToChangeStore(Exception):
    """Told to its creator."""

    code = "store_unchanged"


class TooManyStores(UnableToChangeStore):
    """Nobody has so many."""

    code = "too_many_stores"

    def __init__(self) -> None:
        super().__init__(f"You have {MOST_STORES} stores. Remove one before you connect another.")


class UnknownStore(UnableToChangeStore):
    """There is no such store, or it was removed, or it is someone else's."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__("You have no such store.")


class WrongKey(UnableToChangeStore):
    code = "wrong_key"
    field = "secret"


class MadeByShopify(UnableToChangeStore):
    """The key of a Shopify shop is told to us, not made by us."""

    code = "made_by_shopify"

    def __init__(self) -> None:
        super().__init__("Shopify makes this key itself. Tell us the one that it shows.")


def connect_store(
    *,
    creator: AbstractBaseUser,
    key: uuid.UUID,
    platform: Platform,
    name: str,
    currency: str,
    domain: str = "",
    fee_fixed: int = 0,
    fee_per_mille: int = 0,
    at: dt.datetime,
) -> Store:
    """It takes nothing in before it has a secret (`rotate_secret`). Fees in the smallest part of `currency`,
    and per thousand. The same key again gives the same store.

    Raises TooManyStores, ledger.operations.IdempotencyConflict."""
    facts = {
        "creator_id": creator.pk,
        "platform": platform,
        "name": name,
        "currency": currency,
        "domain": domain,
        "fee_fixed": fee_fixed,
        "fee_per_mille": fee_per_mille,
    }
    with transaction.atomic():
        _one_at_a_time(creator)
        known = Store.objects.filter(pk=key).first()
        if known is None:
            if stores_of(creator.pk).count() >= MOST_STORES:
                raise TooManyStores
            return Store.objects.create(pk=key, connected_at=at, **facts)
    if {name: getattr(known, name) for name in facts} != facts:
        raise IdempotencyConflict("This form was sent before, with other facts. Open it again.")
    return known


def bare_domain(told: str) -> str:
    """A shop's own address without what a browser shows around it."""
    bare = told.strip().lower()
    return bare.removeprefix("https://").removeprefix("http://").partition("/")[0]


def connect_with_secret(*, creator: AbstractBaseUser, secret: str = "", at: dt.datetime, **facts) -> Store:
    """`connect_store` with these `facts`, and in the same breath the store's first secret: one of ours, or
    the key that Shopify shows, if it is told already. The same again gives the same store with its secret of
    now.

    Raises TooManyStores, UnknownStore (removed since), WrongKey, ledger.operations.IdempotencyConflict."""
    with transaction.atomic():
        store = connect_store(creator=creator, at=at, **facts)  # nobody else connects one of theirs meanwhile
        if not store.secret and (secret or store.platform != Platform.SHOPIFY):
            rotate_secret(creator=creator, store_id=store.pk, secret=secret, at=at)
            store.refresh_from_db()
        elif secret and secret != store.secret:
            raise IdempotencyConflict("This store was connected before, with another key.")
    return store


def _one_at_a_time(creator: AbstractBaseUser) -> None:
    get_user_model().objects.select_for_update(no_key=True).get(pk=creator.pk)


def rotate_secret(
    *, creator: AbstractBaseUser, store_id: uuid.UUID, secret: str = "", key: str = "", at: dt.datetime
) -> str:
    """The new secret, returned this once; the one before signs for OLD_SECRET more. Made again meanwhile,
    that one stays, as the shop has it: only the one in between is gone. Shopify's is the key that Shopify
    shows, and is given. The same `key` makes one; without a key, each call does.

    Raises UnknownStore, WrongKey, MadeByShopify."""
    with transaction.atomic():
        store = _mine(creator, store_id)
        if key and key == store.rotation_key:
            return store.secret
        if store.platform == Platform.SHOPIFY:
            if not secret:
                raise MadeByShopify
            secret = secret.strip()
            if not 16 <= len(secret) <= 200 or not secret.isascii() or not secret.isprintable():
                raise WrongKey("Copy the whole key that Shopify shows: 16 characters or more.")
        else:
            secret = _new_secret(Platform(store.platform))
        if secret == store.secret:
            raise WrongKey("This is the key in use already.")
        if store.secret and not (store.old_until and at < store.old_until):
            store.old_secret, store.old_until = store.secret, at + OLD_SECRET
        store.secret, store.rotation_key, store.refused_at = secret, key, None
        store.save(update_fields=["secret", "old_secret", "old_until", "rotation_key", "refused_at"])
    return secret


def pause_store(*, creator: AbstractBaseUser, store_id: uuid.UUID) -> Store:
    """What it sends is kept and waits. Raises UnknownStore."""
    return _move(creator, store_id, StoreState.PAUSED)


def resume_store(*, creator: AbstractBaseUser, store_id: uuid.UUID) -> Store:
    """Raises UnknownStore."""
    return _move(creator, store_id, StoreState.ACTIVE)


def remove_store(*, creator: AbstractBaseUser, store_id: uuid.UUID) -> Store:
    """Its address answers nobody any more, and its keys are forgotten; its orders and what they earned stay.
    Raises UnknownStore."""
    with transaction.atomic():
        store = _move(creator, store_id, StoreState.REMOVED)
        store.secret = store.old_secret = ""
        store.save(update_fields=["secret", "old_secret"])
    return store


def save_store(
    *,
    creator: AbstractBaseUser,
    store_id: uuid.UUID,
    name: str,
    domain: str,
    fee_fixed: int,
    fee_per_mille: int,
) -> Store:
    """Fees apply to orders that are first told of from now on. Raises UnknownStore."""
    with transaction.atomic():
        store = _mine(creator, store_id)
        store.name, store.domain = name, domain
        store.fee_fixed, store.fee_per_mille = fee_fixed, fee_per_mille
        store.save(update_fields=["name", "domain", "fee_fixed", "fee_per_mille"])
    return store


def _new_secret(platform: Platform) -> str:
    token = secrets.token_bytes(_BYTES)
    if platform == Platform.GENERIC:
        return f"whsec_{base64.b64encode(token).decode()}"
    return secrets.token_urlsafe(_BYTES)


def _mine(creator: AbstractBaseUser, store_id: uuid.UUID) -> Store:
    """Locked."""
    store = (
        Store.objects.select_for_update()
        .filter(pk=store_id, creator=creator)
        .exclude(state=StoreState.REMOVED)
        .first()
    )
    if store is None:
        raise UnknownStore
    return store


def _move(creator: AbstractBaseUser, store_id: uuid.UUID, state: StoreState) -> Store:
    with transaction.atomic():
        store = _mine(creator, store_id)
        store.state = state
        store.save(update_fields=["state"])
    return store

"""Who may change what orders of merch are counted from, and when."""

import uuid

from django.db import connection


def share_orders(creator_id: uuid.UUID) -> None:
    """Until the transaction ends, nobody changes costs of the creator's products or takes in a file of their
    orders. Taken before any order is locked."""
    _lock_orders("pg_advisory_xact_lock_shared", creator_id)


def hold_orders(creator_id: uuid.UUID) -> None:
    """Wait until nobody counts orders of this creator, and let nobody begin: who read old costs has written
    what they earned, and who looked for an order of a file under its number has made it."""
    _lock_orders("pg_advisory_xact_lock", creator_id)


def _lock_orders(lock: str, creator_id: uuid.UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(hashtextextended(%s, 0))", [f"merch orders {creator_id}"])

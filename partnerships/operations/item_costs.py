"""What a piece of a product costs its creator, by day."""

import datetime as dt
import uuid

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from ledger.units import to_decimal
from partnerships.models import ItemCost, Store
from partnerships.operations.merch_orders import mark_for_recount
from partnerships.operations.order_locks import hold_orders
from partnerships.operations.stores import UnknownStore

LARGEST_COST = 10**10
EARLIEST = dt.date(2000, 1, 1)


class ImpossibleCost(Exception):
    """`field` names what is wrong."""

    code = "impossible_cost"

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def set_cost(
    *,
    creator: AbstractBaseUser,
    store_id: uuid.UUID,
    product_id: str,
    cost: int,
    effective_date: dt.date,
    at: dt.datetime,
) -> ItemCost:
    """From that UTC day on, until the next that is set; what was shipped before keeps its cost. `cost` in the
    smallest part of the store's currency. Orders it concerns are counted anew within seconds.

    Raises UnknownStore, ImpossibleCost."""
    if not EARLIEST <= effective_date <= at.date() + dt.timedelta(days=366):
        raise ImpossibleCost("effective_date", "Choose a day from 2000 to a year from now.")
    with transaction.atomic():
        store = Store.objects.filter(pk=store_id, creator=creator).first()
        if store is None:
            raise UnknownStore
        if not 0 <= cost <= LARGEST_COST:
            most = to_decimal(LARGEST_COST, store.currency)
            raise ImpossibleCost("cost", f"A cost is nothing, or up to {most:,} {store.currency}.")
        hold_orders(store.creator_id)
        kept, _ = ItemCost.objects.update_or_create(
            store=store,
            product_id=product_id,
            effective_date=effective_date,
            defaults={"cost": cost, "set_at": at},
        )
        mark_for_recount(store=store, product_id=product_id, since=effective_date)
    return kept

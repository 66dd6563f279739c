"""What Stripe lists of the transfers that were made on a day, from whichever hand."""

import datetime as dt
from dataclasses import dataclass

from payouts.rails.stripe.line import call


@dataclass(frozen=True)
class Transferred:
    """`amount` and `amount_reversed` in the currency's smallest part; `end_to_end_id` is empty where the
    transfer was none of ours."""

    reference: str
    end_to_end_id: str
    amount: int
    amount_reversed: int
    currency: str


def made_on(day: dt.date) -> list[Transferred]:
    """Of a UTC day, as they stand now. Raises Refused, Unsure."""
    start = int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp())
    within = {"gte": start, "lt": start + 24 * 60 * 60}
    asked = {"created": within, "limit": 100}
    found = call(lambda stripe: list(stripe.transfers.list(asked).auto_paging_iter()))
    return [
        Transferred(
            reference=one.id,
            end_to_end_id=getattr(one.metadata, "end_to_end_id", ""),
            amount=one.amount,
            amount_reversed=one.amount_reversed,
            currency=one.currency.upper(),
        )
        for one in found
    ]

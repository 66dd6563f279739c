"""Lines of Stripe's balance in our words (https://docs.stripe.com/reports/reporting-categories)."""

from wallets.providers.base import Movement

CATEGORIES = {
    "charge": ("charge", 1),
    "refund": ("refund", -1),
    "refund_failure": ("refund_failure", 1),
    "dispute": ("dispute", -1),
    "dispute_reversal": ("dispute_reversal", 1),
}


def movement(told) -> Movement | None:
    """None for fees, transfers and payouts. The amount is its source's, in the currency that the buyer paid,
    rather than the one in which Stripe keeps it for us."""
    known, source = CATEGORIES.get(told.reporting_category), told.source
    if known is None or source is None:
        return None
    what, sign = known
    reference = source.payment_intent if what == "charge" else source.id
    return Movement(what, reference, sign * source.amount, source.currency.upper())

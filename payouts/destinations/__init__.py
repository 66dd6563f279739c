"""Where money can go. What a creator tells of an account is checked here and put into one shape, whatever the
kind of method. An account at Stripe is told by Stripe, not by its owner: see `payouts.rails.stripe`."""

from payouts.destinations.base import Destination, InvalidAccount
from payouts.destinations.by_hand import account_by_hand
from payouts.destinations.ibans import iban_account
from payouts.destinations.stripe import stripe_account
from payouts.destinations.us_banks import us_bank_account

__all__ = [
    "Destination",
    "InvalidAccount",
    "account_by_hand",
    "iban_account",
    "stripe_account",
    "us_bank_account",
]

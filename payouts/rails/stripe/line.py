"""The line to Stripe, through Stripe's own library."""

from collections.abc import Callable

import stripe
from django.conf import settings

from payouts.rails.interface import Refused, Unsure

TIMEOUT = 20  # seconds
NO_CAPABILITY = "insufficient_capabilities_for_transfer"


def call(question: Callable):
    """What Stripe answers to a question of its client. Raises Refused, Unsure."""
    client = stripe.StripeClient(
        settings.STRIPE_CONNECT_SECRET_KEY,
        base_addresses={"api": settings.STRIPE_CONNECT_API_BASE},
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
        max_network_retries=1,
    )
    try:
        return question(client.v1)
    except stripe.InvalidRequestError as error:
        raise Refused(_code(error), error.user_message or str(error)) from error
    except stripe.StripeError as error:
        # Rate limits, their faults, wrong keys, a broken line: none of them says what became of it.
        raise Unsure(f"Stripe gave no clear answer: {type(error).__name__}.") from error


def _code(error: stripe.InvalidRequestError) -> str:
    """Older versions of the API tell of a missing capability in words alone."""
    if "capabilities enabled" in str(error):
        return NO_CAPABILITY
    return error.code or "REFUSED"

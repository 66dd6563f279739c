from payouts.destinations.base import Destination
from payouts.models.policies import MethodKind


def stripe_account(*, reference: str, country: str) -> Destination:
    """A connected account, of which Stripe has said that it takes transfers."""
    return Destination(
        kind=MethodKind.STRIPE,
        masked=f"Stripe •••• {reference[-4:]}",
        country=country,
        identity=f"stripe:{reference}",
        details={"account": reference},
    )

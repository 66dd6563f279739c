"""Reading where creators are paid."""

from payouts.models import StripeAccount


def stripe_account_of(owner) -> StripeAccount | None:
    """The account at Stripe where the creator lives now, if Stripe knows it."""
    return StripeAccount.objects.filter(
        owner=owner, country=str(owner.country), reference__isnull=False
    ).first()

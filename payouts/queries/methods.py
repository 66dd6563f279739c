"""Reading where creators are paid."""

from payouts.models import PayoutMethod, Remittance, StripeAccount


def stripe_account_of(owner) -> StripeAccount | None:
    """The account at Stripe where the creator lives now, if Stripe knows it."""
    return StripeAccount.objects.filter(
        owner=owner, country=str(owner.country), reference__isnull=False
    ).first()


def last_attempt(method: PayoutMethod) -> Remittance | None:
    """The newest payment to this account, since it was added."""
    return Remittance.objects.filter(payout__method=method).only("state", "code").order_by("-id").first()

"""A creator's account at Stripe: opened, filled in over there, and taken as the place to be paid to."""

import datetime as dt

from django.conf import settings
from django.urls import reverse

from payouts.destinations import stripe_account
from payouts.models import PayoutMethod, StripeAccount
from payouts.operations.methods import add_method
from payouts.queries.methods import stripe_account_of
from payouts.rails.interface import Refused, Unsure
from payouts.rails.stripe import accounts


class StripeUnavailable(Exception):
    """Stripe gave no answer, or refused what we asked of it. Nothing has changed."""

    code = "stripe_unavailable"


class NotReady(Exception):
    """Stripe does not send money to this account yet."""

    code = "stripe_account_not_ready"


def start_onboarding(*, owner, at: dt.datetime) -> str:
    """The address of Stripe's pages on which the creator opens an account, or goes on with the one begun.
    Links are good once and for minutes: each visit asks for one. Raises StripeUnavailable."""
    account, _ = StripeAccount.objects.get_or_create(
        owner=owner, country=str(owner.country), defaults={"opened_at": at}
    )
    page = settings.SITE_URL + reverse("payouts:stripe_account")
    try:
        if not account.reference:
            account.reference = accounts.open_account(
                key=account.id.hex, creator_id=str(owner.pk), email=owner.email, country=account.country
            )
            account.save(update_fields=["reference"])
        return accounts.onboarding_link(reference=account.reference, return_url=page, refresh_url=page)
    except (Refused, Unsure) as error:
        raise StripeUnavailable(
            "Stripe could not open its pages for you just now. Try again in a few minutes."
        ) from error


def standing_of(account: StripeAccount) -> accounts.Standing:
    """What Stripe says of it now. Raises StripeUnavailable."""
    try:
        return accounts.standing(account.reference)
    except (Refused, Unsure) as error:
        raise StripeUnavailable("Stripe does not answer just now. Look again in a few minutes.") from error


def use_stripe_account(*, owner, at: dt.datetime) -> PayoutMethod:
    """Pay to the creator's account at Stripe from now on, as `add_method` does.

    Raises NotReady, StripeUnavailable."""
    account = stripe_account_of(owner)
    if account is None or not standing_of(account).takes_transfers:
        raise NotReady("Stripe does not send money to your account yet. Finish what it asks for first.")
    destination = stripe_account(reference=account.reference, country=account.country)
    return add_method(owner=owner, holder=owner.display_name, destination=destination, at=at)

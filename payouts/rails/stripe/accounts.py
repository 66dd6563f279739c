"""Creators' accounts at Stripe: opened by us, filled in by the creator on Stripe's own pages.

https://docs.stripe.com/connect/express-accounts. Fees and losses are the platform's, and the creator has the
Express dashboard."""

from dataclasses import dataclass

from django.conf import settings

from payouts.rails.stripe.line import call


@dataclass(frozen=True)
class Standing:
    """Whether the account takes transfers, or what Stripe still asks for, in Stripe's words for the fields.
    `checking`: the creator has told everything, and Stripe looks at it."""

    takes_transfers: bool
    checking: bool
    due: list[str]


def open_account(*, key: str, creator_id: str, email: str, country: str) -> str:
    """Stripe's reference of a new account; the same key opens one. Raises Refused, Unsure."""
    params = {
        "country": country,
        "email": email,
        "controller": {
            "stripe_dashboard": {"type": "express"},
            "fees": {"payer": "application"},
            "losses": {"payments": "application"},
        },
        "capabilities": {"transfers": {"requested": True}},
        "metadata": {"creator_id": creator_id},
    }
    if country != settings.STRIPE_CONNECT_COUNTRY:
        # Across borders Stripe pays to those who agree to be paid, and to nothing else.
        params["tos_acceptance"] = {"service_agreement": "recipient"}
    return call(lambda stripe: stripe.accounts.create(params, {"idempotency_key": f"account-{key}"})).id


def onboarding_link(*, reference: str, return_url: str, refresh_url: str) -> str:
    """A link for one visit, within minutes. Raises Refused, Unsure."""
    params = {
        "account": reference,
        "type": "account_onboarding",
        "return_url": return_url,
        "refresh_url": refresh_url,
    }
    return call(lambda stripe: stripe.account_links.create(params)).url


def standing(reference: str) -> Standing:
    """Raises Refused, Unsure."""
    account = call(lambda stripe: stripe.accounts.retrieve(reference))
    transfers = getattr(account.capabilities, "transfers", "inactive")
    due = list(getattr(account.requirements, "currently_due", None) or [])
    active = transfers == "active"
    return Standing(takes_transfers=active, checking=not active and not due, due=due)

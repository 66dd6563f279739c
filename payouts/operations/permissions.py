"""Who may decide what. Nobody decides about money that comes to them."""

from django.db.models import QuerySet

from payouts.models import PayoutRequest
from payouts.queries.own import to_accounts_of


class NotPermitted(Exception):
    """This person may not decide this."""

    code = "not_permitted"


class Involved(NotPermitted):
    """The money comes to this person."""

    code = "own_payout"


def assert_may(
    actor, permission: str, words: str = "You don't have the permission for this decision."
) -> None:
    """Staff with one of the payouts' permissions. Raises NotPermitted."""
    if not (actor.is_staff and actor.has_perm(f"payouts.{permission}")):
        raise NotPermitted(words)


def assert_uninvolved(actor, payouts: QuerySet[PayoutRequest]) -> None:
    """None of `payouts` is the actor's, or goes to an account that they ever added. Raises Involved."""
    if payouts.filter(creator=actor).exists():
        raise Involved("Nobody decides about their own payout: somebody else does.")
    if payouts.filter(to_accounts_of([actor])).exists():
        raise Involved("This goes to an account of yours: somebody else decides.")

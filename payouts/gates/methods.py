"""Whether there is somewhere to pay to."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from payouts import queries, rails
from payouts.gates.accounts import country
from payouts.gates.case import Case, Gate
from payouts.models import PayoutMethod, PayoutPolicy
from payouts.models.policies import MethodKind
from payouts.names import same_name
from payouts.queries.methods import last_attempt
from payouts.queries.pauses import pause_of
from payouts.rails.failures import Action, explain, of_the_destination
from payouts.remittance_states import FAILED


def offered(creator, at: dt.datetime) -> list[MethodKind]:
    """The kinds of account that the terms of the creator's country allow and that some rail reaches."""
    policy = queries.policy_for(str(creator.country), at)
    return [] if policy is None else _payable(policy)


def _payable(policy: PayoutPolicy) -> list[MethodKind]:
    return [
        MethodKind(kind)
        for kind in policy.methods
        if rails.reach(method_kinds=[kind], currency=policy.currency)
    ]


def method(case: Case) -> Gate | None:
    if case.policy is None or not country(case).passed:
        return None
    label, methods, found = "Somewhere to pay to", reverse("payouts:methods"), case.method
    if found is None:
        return Gate("method", label, False, "We don't have an account to pay you to.", "Add it.", methods)
    if found.kind not in _payable(case.policy):
        return Gate(
            "method",
            label,
            False,
            f"We can't pay {case.policy.currency} to {found.masked} any more.",
            "Add another account.",
            methods,
        )
    odd = _did_not_arrive(found) or _another_name(case)
    if odd:
        return Gate("method", label, True, *odd, methods, action="Look at it", warning=True)
    return Gate("method", label, True, f"{found.masked} {found.bank_name}".strip(), url=methods)


def oddity(creator, at: dt.datetime) -> str:
    """What to know about the account in use before one asks, if there is something."""
    gate = method(Case(creator, at))
    return gate.sentence if gate and gate.warning else ""


def _did_not_arrive(method: PayoutMethod) -> tuple[str, str] | None:
    last = last_attempt(method)
    if last is None or last.state not in FAILED:
        return None
    failure, said = explain(last.code), f"The last payment to {method.masked} didn't arrive."
    if failure.action is Action.FINAL:
        return f"{said} {failure.what_happened}", failure.what_to_do
    if last.code not in of_the_destination():
        return None
    todo = failure.what_to_do
    if not pause_of(method.fingerprint):
        todo = f"{todo} If your bank has put it right, you can ask again as it is."
    return f"{said} {failure.what_happened}", todo


def _another_name(case: Case) -> tuple[str, str] | None:
    """Stripe knows its account's holder better than we do."""
    holder, name = case.method.holder, case.standing.known_as
    if case.method.kind == MethodKind.STRIPE or not name or same_name(holder, name):
        return None
    return (
        f"{case.method.masked} is in the name of {holder}, and you told us that you are {name}.",
        "Add an account in your own name, unless this is how your bank writes it: our staff look at it "
        "before they pay.",
    )


def method_lock(case: Case) -> Gate | None:
    if case.policy is None or case.method is None:
        return None
    label = "Account past its lock"
    if case.method.usable_from > case.at:
        return Gate(
            "method_lock",
            label,
            False,
            "Your account was changed; for your safety nothing is paid to a new one for five days.",
            "If it wasn't you, remove it and change your password now.",
            reverse("payouts:methods"),
            clears_on=timezone.localdate(case.method.usable_from),
        )
    return Gate("method_lock", label, True, "Ready to be paid to.")

"""Whether there is somewhere to pay to."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from payouts import queries, rails
from payouts.gates.accounts import country
from payouts.gates.case import Case, Gate
from payouts.models import PayoutPolicy
from payouts.models.policies import MethodKind


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
    return Gate("method", label, True, f"{found.masked} {found.bank_name}".strip(), url=methods)


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

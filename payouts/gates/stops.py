"""What staff have stopped: a country's payouts, or a rail's."""

from payouts import rails
from payouts.gates.case import Case, Gate
from payouts.models import PayoutPolicy, PayoutRequest
from payouts.queries.batches import left_out
from payouts.states import CREATOR_MAY_CANCEL, State

BEFORE_IT_LEAVES = frozenset({State.REQUESTED, State.IN_REVIEW, State.APPROVED})


def of_country(policy: PayoutPolicy) -> str:
    """Why nothing leaves for the country of these terms, as `queries.policy_for` read them."""
    return next((stop["reason"] for stop in policy.stops if stop["country"]), "")


def of_rail(policy: PayoutPolicy, method_kind: str) -> str:
    """Why nothing leaves for accounts of this kind."""
    try:
        name = rails.for_payment(method_kind=method_kind, currency=policy.currency)
    except rails.NoRail:
        return ""
    return next((stop["reason"] for stop in policy.stops if stop["rail"] == name), "")


def rail(case: Case) -> Gate | None:
    """Shown only to those whom it stops."""
    if not (case.policy and case.policy.stops and case.method):
        return None
    reason = of_rail(case.policy, case.method.kind)
    if not reason:
        return None
    return Gate(
        "rail_stopped",
        "Payments leave",
        False,
        f"Nothing leaves for {case.method.masked} for now: {reason}",
        "What you earned stays yours; we tell you when it goes on.",
    )


def kept_back(payout: PayoutRequest, policy: PayoutPolicy | None) -> str:
    """What keeps a payout from leaving, of its creator's or of ours; empty if nothing does but time. `policy`
    has the terms that hold for its creator now."""
    item = left_out(payout)
    if item:
        return item.reason
    if payout.state not in BEFORE_IT_LEAVES:
        return ""
    reason = stopped(payout, policy)
    return reason and f"Payouts to you are stopped for now: {reason}"


def stopped(payout: PayoutRequest, policy: PayoutPolicy | None) -> str:
    """Why nothing leaves for its creator's country or account."""
    if not (policy and policy.stops):
        return ""
    return of_country(policy) or of_rail(policy, payout.method.kind)


def creator_may_cancel(payout: PayoutRequest, policy: PayoutPolicy | None) -> bool:
    """Until it is approved, and after that while something keeps it from leaving."""
    if payout.state == State.APPROVED:
        return bool(kept_back(payout, policy))
    return payout.state in CREATOR_MAY_CANCEL

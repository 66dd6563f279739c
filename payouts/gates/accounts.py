"""Who is asking, from where, and whether something is under way already."""

from django.urls import reverse

from payouts import queries, rails
from payouts.gates.case import Case, Gate, reader_s_day
from payouts.gates.stops import kept_back, of_country
from payouts.states import State
from payouts.timeline import expected_on


def account(case: Case) -> Gate:
    if not case.creator.is_active:
        return Gate(
            "account",
            "Account in good standing",
            False,
            "Your account is closed.",
            "Ask our staff to open it again.",
        )
    if not case.creator.is_creator:
        return Gate(
            "account",
            "Creator account",
            False,
            "Only creators are paid.",
            "Become a creator in your profile.",
        )
    return Gate("account", "Account in good standing", True, "Your account is open.")


def country(case: Case) -> Gate:
    label, name, policy = "Payouts open in your country", case.creator.country, case.policy
    if not name:
        return Gate(
            "country",
            label,
            False,
            "We don't know where you live.",
            "Choose your country in your profile.",
            reverse("profile"),
            action="Open your profile",
        )
    wait = "Your diamonds stay yours; we tell you when it opens."
    if policy is None:
        announced = queries.policy_announced(str(name), case.at)
        clears_on = reader_s_day(announced.effective_at.date()) if announced else None
        reason = f"Payouts are not open in {name.name} yet."
        return Gate("country", label, False, reason, wait, clears_on=clears_on)
    if not rails.reach(method_kinds=policy.methods, currency=policy.currency):
        reason = f"We can't send {policy.currency} to accounts in your country at present."
        return Gate("country", label, False, reason, wait)
    stopped = of_country(policy)
    if stopped:
        return Gate("country", label, False, f"Payouts in {name.name} are stopped for now: {stopped}", wait)
    return Gate("country", label, True, f"{name.name}, paid in {policy.currency}.")


_CANCEL = "follow it, or cancel it while nobody has approved it."
_NOTHING = "you don't have to do anything."
_MEANWHILE = {
    State.REQUESTED: _CANCEL,
    State.IN_REVIEW: _CANCEL,
    State.ON_HOLD: "see whether our staff asked you something, or cancel it.",
    State.APPROVED: _NOTHING,
    State.REMITTING: _NOTHING,
    State.FAILED: "our staff send it again or cancel it, and write to you. You don't have to do anything.",
}


def open_payout(case: Case) -> Gate | None:
    if case.policy is None:
        return None
    payout, label = case.open_payout, "No other payout under way"
    if payout is None:
        return Gate("open_payout", label, True, "None under way.")
    kept = kept_back(payout, case.policy)
    meanwhile = "it says what keeps it from leaving." if kept else _MEANWHILE[State(payout.state)]
    expected = expected_on(payout, kept)
    return Gate(
        "open_payout",
        label,
        False,
        f"Payout {payout.reference} {payout.stands}.",
        f"One at a time: {meanwhile}",
        reverse("payouts:payout", args=[payout.id]),
        clears_on=expected if expected and expected >= case.at.date() else None,
        action="Follow it",
    )

"""Whether payments arrive where they are sent."""

from django.urls import reverse

from payouts.gates.case import Case, Gate
from payouts.queries.pauses import pause_of
from payouts.rails.failures import explain


def destination(case: Case) -> Gate | None:
    """Shown only to those whom it stops."""
    pause = pause_of(case.method.fingerprint) if case.method else None
    if pause is None:
        return None
    return Gate(
        "destination_paused",
        "Payments arrive",
        False,
        f"Three payments in a row didn't arrive at {case.method.masked}. {explain(pause.code).what_happened}",
        "Add another account, or write to us.",
        reverse("payouts:methods"),
        action="Add another account",
    )

"""Nothing is paid to somebody who owes."""

from django.urls import reverse

from ledger.units import DIAMOND
from payouts.gates.case import Case, Gate
from payouts.words import money


def debt(case: Case) -> Gate | None:
    """Only where there is one: it would puzzle all the others."""
    if not case.diamonds.owed:
        return None
    return Gate(
        "debt",
        "No debt",
        False,
        f"You owe {money(case.diamonds.owed, DIAMOND)}.",
        "What becomes available next repays it by itself.",
        reverse("payouts:clawbacks"),
        action="See why",
    )

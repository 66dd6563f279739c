"""Nothing is paid to somebody who owes."""

from django.urls import reverse

from ledger.units import DIAMOND
from payouts.gates.amounts import clears
from payouts.gates.case import Case, Gate
from payouts.words import money


def debt(case: Case) -> Gate | None:
    """Only where there is one: it would puzzle all the others. A debt of cash stops that currency alone, as
    nothing else repays it."""
    owing = {
        unit: case.balances[unit].owed
        for unit in dict.fromkeys((DIAMOND, *case.asked))
        if unit in case.balances and case.balances[unit].owed
    }
    if not owing:
        return None
    of_diamonds = list(owing) == [DIAMOND]
    return Gate(
        "debt",
        "No debt",
        False,
        f"You owe {' and '.join(money(owed, unit) for unit, owed in owing.items())}.",
        "What becomes available next repays it by itself.",
        reverse("payouts:clawbacks" if DIAMOND in owing else "payouts:statements"),
        clears_on=clears(case, owing[DIAMOND]) if of_diamonds else None,
        action="See why",
    )

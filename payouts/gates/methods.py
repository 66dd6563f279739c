"""Whether there is somewhere to pay to."""

from django.urls import reverse
from django.utils import timezone

from payouts.gates.accounts import country
from payouts.gates.case import Case, Gate


def method(case: Case) -> Gate | None:
    if case.policy is None or not country(case).passed:
        return None
    label, methods, found = "Somewhere to pay to", reverse("payouts:methods"), case.method
    if found is None:
        return Gate("method", label, False, "We don't have your bank account.", "Add it.", methods)
    return Gate("method", label, True, f"{found.masked} {found.bank_name}".strip(), url=methods)


def method_lock(case: Case) -> Gate | None:
    if case.policy is None or case.method is None:
        return None
    label = "Bank account past its lock"
    if case.method.usable_from > case.at:
        return Gate(
            "method_lock",
            label,
            False,
            "Your bank account was changed; for your safety nothing is paid to a new one for five days.",
            "If it wasn't you, remove it and change your password now.",
            reverse("payouts:methods"),
            clears_on=timezone.localdate(case.method.usable_from),
        )
    return Gate("method_lock", label, True, "Ready to be paid to.")

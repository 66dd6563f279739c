"""Who the creator is, and what the tax office has to know."""

import datetime as dt

from django.template.defaultfilters import date as day
from django.urls import reverse
from django.utils import timezone

from payouts import calendar
from payouts.gates.case import Case, Gate
from payouts.models.tax_forms import TaxFormKind, TaxFormState
from payouts.queries.identity import Standing, Word
from payouts.queries.tax_forms import forms_for, in_force, tax_form_of

REVIEW_DAYS = 2
"""Business days within which staff look at an identity."""


def identity(case: Case) -> Gate | None:
    if case.policy is None:
        return None
    known = case.standing
    label, url = "Identity verified", reverse("payouts:verification")
    if known.in_force:
        return Gate(
            "identity", label, True, _in_force(known), url=url, action="Answer", warning=bool(known.asked)
        )
    reason, step, action = _missing(known)
    in_review = known.word == Word.IN_REVIEW
    return Gate("identity", label, False, reason, step, url, action=action, with_staff=in_review)


def _in_force(known: Standing) -> str:
    until = f"Verified until {day(known.verified.last_day)}."
    if known.asked:
        return f"{until} Our staff asked for more by {_day(known.asked[0].due_at)}."
    return until


def _missing(known: Standing) -> tuple[str, str, str]:
    """Reason, next step, and the words of the button."""
    match known.word:
        case Word.IN_REVIEW:
            submitted = timezone.localtime(known.waiting.submitted_at).date()
            by = calendar.business_day_after(submitted, REVIEW_DAYS)
            return (
                "Our staff are looking at your papers.",
                f"You don't have to do anything; they usually answer by {day(by)}.",
                "See what you sent",
            )
        case Word.ASKED | Word.OVERDUE:
            asked = known.asked[0] if known.asked else None
            due = f" by {_day(asked.due_at)}" if asked and known.word == Word.ASKED else ""
            return "Our staff need something more from you.", f"Answer what they asked{due}.", "Answer"
        case Word.REJECTED:
            return f"Our staff could not verify you: {known.latest.reason}", "Send it again.", "Send it again"
        case Word.EXPIRED:
            return (
                f"Your verification ran out on {day(known.verified.last_day)}.",
                "Check your details and send current papers.",
                "Verify again",
            )
        case Word.MOVED:
            return (
                "Your country changed since you were verified.",
                "Send your new address and a current paper.",
                "Verify again",
            )
    return "We don't know who you are yet.", "Send a passport or identity card and your address.", "Begin"


def tax_form(case: Case) -> Gate | None:
    if case.policy is None:
        return None
    label, url = "Tax form signed", reverse("payouts:tax_form")
    country, form = str(case.creator.country), tax_form_of(case.creator.pk)
    wanted = TaxFormKind(forms_for(country)[0]).label
    if in_force(form, country, case.at):
        until = f", good until {day(form.last_day)}" if form.expires_at else ""
        return Gate("tax_form", label, True, f"{form.get_kind_display()}{until}.", url=url)
    if form is None:
        reason = "We may not pay you before we have your tax number."
    elif form.state == TaxFormState.REJECTED:
        reason = f"Your {form.get_kind_display()} was not accepted: {form.reason}"
    elif form.expires_at and form.expires_at <= case.at:
        reason = f"Your {form.get_kind_display()} ran out on {day(form.last_day)}."
    else:
        reason = f"Your {form.get_kind_display()} is not for the country that you live in now."
    return Gate("tax_form", label, False, reason, f"Sign the {wanted}.", url, action="Sign it")


def _day(moment: dt.datetime) -> str:
    return day(timezone.localtime(moment).date())

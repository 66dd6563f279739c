"""Tells creators what falls due. The key of each notice makes it once: of several steps that passed at once
only the last is told, and another day is another reminder."""

import datetime as dt

from django.db import transaction

from partnerships.models import Deliverable, Exclusivity, Invoice, UsageRight
from partnerships.notices import notify
from partnerships.queries.deal_reminders import OVERDUE


@transaction.atomic
def remind_of_deliverable(*, deliverable: Deliverable, at: dt.datetime) -> None:
    """Once before its day, and once after it."""
    deal, due = deliverable.deal, deliverable.due_date
    kind = "deal_deliverable_late" if due < at.date() else "deal_deliverable_due"
    notify(
        person=deal.creator,
        kind=kind,
        key=f"{kind}:{deliverable.pk}:{due}",
        at=at,
        facts={**_deal(deal), "deliverable": deliverable.title, "due_date": due},
        url=deal.get_absolute_url(),
    )
    Deliverable.objects.filter(pk=deliverable.pk, due_date=due).update(reminded_date=at.date())


@transaction.atomic
def remind_of_invoice(*, invoice: Invoice, at: dt.datetime) -> None:
    """On its day, and again after each of OVERDUE."""
    late = (at.date() - invoice.due_date).days
    step = max((days for days in OVERDUE if days <= late), default=0)
    facts = {
        "brand": invoice.brand.name,
        "number": invoice.name,
        "open": invoice.open,
        "currency": invoice.currency,
    }
    notify(
        person=invoice.creator,
        kind="deal_invoice_overdue" if step else "deal_invoice_due",
        key=f"deal_invoice:{invoice.pk}:{step}",
        at=at,
        facts=facts | {"days": late} if step else facts,
        url=invoice.get_absolute_url(),
    )
    Invoice.objects.filter(pk=invoice.pk).update(reminded_date=at.date())


@transaction.atomic
def remind_of_right(*, right: UsageRight | Exclusivity, at: dt.datetime) -> None:
    ends, deal = right.until_date, right.deal
    what = f"The exclusivity in {right}" if isinstance(right, Exclusivity) else f"The right to use “{right}”"
    notify(
        person=deal.creator,
        kind="deal_right_ends",
        key=f"deal_right:{right.pk}:{ends}",
        at=at,
        facts={**_deal(deal), "what": what, "last_day": ends},
        url=deal.get_absolute_url(),
    )


def tell_of_word(*, deliverable: Deliverable, comment: str, at: dt.datetime) -> None:
    """What the brand said, in the transaction that writes it down."""
    deal = deliverable.deal
    approved = deliverable.state == "approved"
    notify(
        person=deal.creator,
        kind="deal_approved" if approved else "deal_changes_wanted",
        key=f"deal_word:{deliverable.pk}:{at.isoformat()}",
        at=at,
        facts={**_deal(deal), "deliverable": deliverable.title, "comment": comment},
        url=deal.get_absolute_url(),
    )


def _deal(deal) -> dict:
    return {"deal": deal.title, "brand": deal.brand.name}

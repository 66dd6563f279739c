"""What creators are to be reminded of on a day."""

import datetime as dt

from django.db.models import F, Q, QuerySet

from partnerships.deal_states import AGREED, DONE, OPEN, UNDER_WAY
from partnerships.models import Deliverable, Exclusivity, Invoice, UsageRight

SOON = dt.timedelta(days=3)
"""Before something is to be delivered."""
ENDING = dt.timedelta(days=7)
"""Before a right ends."""


OVERDUE = (1, 7, 14, 30)
"""Days after which an open invoice is told of again."""


def deliverables_due(on: dt.date) -> QuerySet[Deliverable]:
    """Of which nothing was told yet: neither that their day is near, nor that it has passed."""
    untold = Q(reminded_date=None) | Q(due_date__lt=on, reminded_date__lte=F("due_date"))
    rows = Deliverable.objects.filter(untold, due_date__lte=on + SOON, deal__stage__in=UNDER_WAY)
    return rows.exclude(state__in=DONE).select_related("deal__creator", "deal__brand")


def invoices_due(on: dt.date) -> QuerySet[Invoice]:
    """Of which their day, or the last of OVERDUE that has passed, was not told yet."""
    untold = Q(reminded_date=None)
    for days in map(dt.timedelta, OVERDUE):
        untold |= Q(due_date__lte=on - days, reminded_date__lt=F("due_date") + days)
    rows = Invoice.objects.filter(untold, state__in=OPEN, credits=None, due_date__lte=on)
    return rows.select_related("creator", "brand")


def rights_ending(on: dt.date) -> list[UsageRight | Exclusivity]:
    about = {"until_date__range": (on, on + ENDING), "deal__stage__in": AGREED}
    related = ("deal__creator", "deal__brand")
    return [
        *UsageRight.objects.filter(**about).select_related(*related),
        *Exclusivity.objects.filter(**about).select_related(*related),
    ]

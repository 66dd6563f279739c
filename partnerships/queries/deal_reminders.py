"""What creators are to be reminded of on a day."""

import datetime as dt

from django.db.models import QuerySet

from partnerships.deal_states import AGREED, DONE, OPEN, UNDER_WAY
from partnerships.models import Deliverable, Exclusivity, Invoice, UsageRight

SOON = dt.timedelta(days=3)
"""Before something is to be delivered."""
ENDING = dt.timedelta(days=7)
"""Before a right ends."""


def deliverables_due(on: dt.date) -> QuerySet[Deliverable]:
    rows = Deliverable.objects.filter(due_date__lte=on + SOON, deal__stage__in=UNDER_WAY)
    return rows.exclude(state__in=DONE).select_related("deal__creator", "deal__brand")


def invoices_due(on: dt.date) -> QuerySet[Invoice]:
    rows = Invoice.objects.filter(state__in=OPEN, credits=None, due_date__lte=on)
    return rows.select_related("creator", "brand")


def rights_ending(on: dt.date) -> list[UsageRight | Exclusivity]:
    about = {"until_date__range": (on, on + ENDING), "deal__stage__in": AGREED}
    related = ("deal__creator", "deal__brand")
    return [
        *UsageRight.objects.filter(**about).select_related(*related),
        *Exclusivity.objects.filter(**about).select_related(*related),
    ]

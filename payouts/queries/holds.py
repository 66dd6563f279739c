"""Diamonds that are held for a payout which nobody moves."""

import datetime as dt

from django.db.models import OuterRef, QuerySet, Subquery

from payouts.models import PayoutEvent, PayoutRequest
from payouts.states import OPEN

STUCK_AFTER = dt.timedelta(days=2)


def stuck(at: dt.datetime) -> QuerySet[PayoutRequest]:
    """Open payouts to which nothing has happened for more than two days (`since`), the longest first."""
    last = PayoutEvent.objects.filter(payout=OuterRef("pk")).order_by("-id").values("at")[:1]
    waiting = PayoutRequest.objects.filter(state__in=OPEN).annotate(since=Subquery(last))
    return waiting.filter(since__lte=at - STUCK_AFTER).select_related("creator").order_by("since", "id")

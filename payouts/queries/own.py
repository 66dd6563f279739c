"""Whose payouts are whose, where nobody decides about their own."""

import uuid
from collections.abc import Collection

from django.db.models import Q, QuerySet

from payouts.models import PayoutMethod, PayoutRequest


def own_among(payouts: QuerySet[PayoutRequest], people: Collection[uuid.UUID]) -> QuerySet[PayoutRequest]:
    """Those that these people asked for, or that go to an account that they have added."""
    accounts = PayoutMethod.objects.filter(owner__in=people).values("fingerprint")
    return payouts.filter(Q(creator__in=people) | Q(method__fingerprint__in=accounts))

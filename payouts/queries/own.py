"""Whose payouts are whose, where nobody decides about their own."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from payouts.models import PayoutMethod, PayoutRequest


def to_accounts_of(people: Collection) -> Q:
    """Payouts to an account that one of these people ever added."""
    return Q(method__fingerprint__in=PayoutMethod.objects.filter(owner__in=people).values("fingerprint"))


def own_among(payouts: QuerySet[PayoutRequest], people: Collection) -> QuerySet[PayoutRequest]:
    """Those that these people, or people with these ids, asked for, or that go to an account of theirs."""
    return payouts.filter(Q(creator__in=people) | to_accounts_of(people))

"""Statements and who should have one."""

import datetime as dt
import re
import uuid

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from payouts.models import SelfBillingInvoice, Statement

SEAL = re.compile(r"[0-9a-f]{64}")


def statements_of(creator_id: uuid.UUID) -> QuerySet[Statement]:
    """Newest first, without their texts."""
    return Statement.objects.filter(creator_id=creator_id).defer("content")


def statement_of(creator_id: uuid.UUID, first: dt.date) -> QuerySet[Statement]:
    """The one of the month that begins then, if there is one."""
    return Statement.objects.filter(creator_id=creator_id, first_date=first).select_related("creator")


def sealed_as(seal: str) -> Statement | None:
    """What this was set on, for anybody who has it."""
    told = seal.strip().lower()
    if not SEAL.fullmatch(told):
        return None
    return Statement.objects.select_related("creator").filter(seal=told).first()


def creators() -> list[uuid.UUID]:
    """Whoever is one, or has been."""
    people = get_user_model().objects.filter(is_creator=True) | get_user_model().objects.filter(
        statements__isnull=False
    )
    return list(people.order_by("pk").values_list("pk", flat=True).distinct())


def invoices_of(creator_id: uuid.UUID) -> QuerySet[SelfBillingInvoice]:
    """Newest first."""
    rows = SelfBillingInvoice.objects.filter(series__creator_id=creator_id)
    return rows.select_related("series", "payout", "credits__series")

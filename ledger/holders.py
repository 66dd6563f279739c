"""Whose accounts hold something, or owe it."""

import uuid

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ledger.chart import AccountType
from ledger.models import Account, Waiting


def owners_holding(account_type: AccountType) -> list[uuid.UUID]:
    """Whose account of this type holds something (per unit, so an owner of several currencies comes once)."""
    waiting = Exists(Waiting.objects.filter(account_id=OuterRef("id"), rides=False))
    rows = Account.objects.filter(Q(total__gt=0) | waiting, code=account_type.code)
    return list(rows.order_by("owner_id").values_list("owner_id", flat=True).distinct())


def debtors(account_type: AccountType) -> list[tuple[uuid.UUID, str]]:
    """Whose running account of this type stands below zero, and in which unit."""
    rows = Account.objects.filter(code=account_type.code, total__lt=0, owner__isnull=False)
    found = rows.order_by("owner_id", "unit").values_list("owner_id", "unit")
    return [(owner_id, unit) for owner_id, unit in found if owner_id]


def holders(account_type: AccountType, unit: str) -> QuerySet[Account]:
    """The accounts of this type and unit that hold something (`held`, inbox included) with their owners, the
    largest first."""
    inbox = Waiting.objects.filter(account_id=OuterRef("id"), rides=False).values("account_id")
    waiting = Subquery(inbox.annotate(sum=Sum("amount")).values("sum"), output_field=BigIntegerField())
    rows = Account.objects.filter(code=account_type.code, unit=unit, owner__isnull=False)
    rows = rows.annotate(held=F("total") + Coalesce(waiting, 0)).exclude(held=0)
    return rows.select_related("owner").order_by("-held", "id")

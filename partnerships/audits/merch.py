"""Compares what orders of merch say they earned with their movements. `audit_books` runs it."""

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from ledger.queries import Finding
from partnerships.models import MerchOrder


def audit_merch() -> list[Finding]:
    moved = MerchOrder.objects.annotate(moved=Coalesce(Sum("earnings__amount"), 0)).exclude(moved=F("earned"))
    return [
        Finding("a merch order earned what its movements add up to", f"{pk}: {earned} against {moved}")
        for pk, earned, moved in moved.values_list("pk", "earned", "moved")
    ]

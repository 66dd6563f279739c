"""Compares clawbacks and debts with the books. `audit_books` runs it through `settings.LEDGER_AUDITS`."""

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from ledger.chart import CREATOR_DIAMONDS_OWED
from ledger.queries import Finding, balances, platform_balances, reversals_of
from payouts.models import Clawback


def audit_clawbacks() -> list[Finding]:
    return [*_owed(), *_repaid(), *_withdrawn()]


def _owed() -> list[Finding]:
    """The negative balance of each creator, and of all, is what their clawbacks still claim."""
    rows = Clawback.objects.order_by().values("creator").annotate(sum=Sum("owed"))
    claimed = dict(rows.values_list("creator", "sum"))
    booked = balances(CREATOR_DIAMONDS_OWED.of(creator_id) for creator_id in claimed)
    findings = [
        Finding("debts are those of clawbacks", f"{account.owner_id}: {amount}")
        for account, amount in booked.items()
        if amount != -claimed[account.owner_id]
    ]
    every = platform_balances().get((CREATOR_DIAMONDS_OWED.code, CREATOR_DIAMONDS_OWED.unit), 0)
    if every != sum(booked.values()):
        findings.append(Finding("debts belong to clawbacks", f"{every} against {sum(booked.values())}"))
    return findings


def _repaid() -> list[Finding]:
    rows = Clawback.objects.filter(withdrawn_at__isnull=True)
    rows = rows.annotate(repaid=Coalesce(Sum("repayments__diamonds"), 0))
    wrong = rows.exclude(Q(diamonds=F("taken") + F("owed") + F("repaid")))
    return [Finding("a clawback is taken, owed and repaid", str(clawback.id)) for clawback in wrong]


def _withdrawn() -> list[Finding]:
    """Each entry of a clawback is reversed exactly if it was withdrawn."""
    findings = []
    rows = Clawback.objects.prefetch_related("repayments")
    entries = {
        clawback.id: [clawback.entry_id, *(each.id for each in clawback.repayments.all())]
        for clawback in rows
    }
    back = reversals_of(entry for each in entries.values() for entry in each)
    for clawback in rows:
        if {entry in back for entry in entries[clawback.id]} != {clawback.withdrawn_at is not None}:
            findings.append(Finding("a withdrawn clawback is reversed whole", str(clawback.id)))
    return findings

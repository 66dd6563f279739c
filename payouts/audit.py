"""Compares the payouts' rows with the books. `audit_books` runs it."""

import uuid
from collections import Counter, defaultdict

from django.db.models import Count, F, Q, Sum

from ledger.chart import CREATOR_DIAMONDS_HELD
from ledger.queries import Finding, balances, platform_balances
from payouts.models import PaymentFile, PayoutRequest, Remittance
from payouts.operations.settlement import settlement_transfers
from payouts.remittance_states import UNDER_WAY, RemittanceState
from payouts.states import OPEN, State


def audit_payouts() -> list[Finding]:
    return [*_held(), *_settled(), *_returned(), *_remitted(), *_files()]


def _held() -> list[Finding]:
    """What stands held, of each creator and in all, is what open requests ask for."""
    asked = dict(
        PayoutRequest.objects.order_by()
        .values("creator")
        .annotate(asked=Sum("diamonds", filter=Q(state__in=OPEN), default=0))
        .values_list("creator", "asked")
    )
    held = balances(CREATOR_DIAMONDS_HELD.of(creator_id) for creator_id in asked)
    findings = [
        Finding(
            "held diamonds are those of open payouts",
            f"{account.owner_id}: {amount} against {asked[account.owner_id]}",
        )
        for account, amount in held.items()
        if amount != asked[account.owner_id]
    ]
    every = platform_balances().get((CREATOR_DIAMONDS_HELD.code, CREATOR_DIAMONDS_HELD.unit), 0)
    if every != sum(held.values()):
        findings.append(Finding("held diamonds belong to payouts", f"{every} against {sum(held.values())}"))
    return findings


def _settled() -> list[Finding]:
    """Each settlement moved the lines of its payout, no more and no less."""
    posted: dict[uuid.UUID, Counter] = defaultdict(Counter)
    settled = PayoutRequest.objects.filter(settlement_entry__isnull=False)
    postings = settled.values_list(
        "id",
        "settlement_entry__postings__account__code",
        "settlement_entry__postings__account__unit",
        "settlement_entry__postings__amount",
    )
    for payout_id, code, unit, amount in postings.order_by():
        posted[payout_id][code, unit] += amount
    findings = []
    for payout in settled:
        expected: Counter = Counter()
        for transfer in settlement_transfers(payout):
            expected[transfer.source.type.code, transfer.source.unit] -= transfer.amount
            expected[transfer.destination.type.code, transfer.destination.unit] += transfer.amount
        if posted[payout.id] != expected:
            findings.append(Finding("a settlement books the lines of its payout", payout.reference))
    return findings


def _returned() -> list[Finding]:
    """What came back was reversed, and nothing else was."""
    other = PayoutRequest.objects.filter(reversal_entry__isnull=False).exclude(
        reversal_entry__reverses=F("settlement_entry")
    )
    return [Finding("a returned payout reverses its own settlement", payout.reference) for payout in other]


def _remitted() -> list[Finding]:
    """A payout stands where the bank's word about its remittance put it, and its net is what was sent."""
    agrees = Q(amount=F("payout__net"), currency=F("payout__currency")) & (
        Q(state__in=UNDER_WAY, payout__state=State.REMITTING)
        | Q(state=RemittanceState.SETTLED, payout__state=State.PAID)
        | Q(state=RemittanceState.RETURNED, payout__state=State.RETURNED)
        | Q(state=RemittanceState.REJECTED)
    )
    return [
        Finding("a payout follows its remittance", f"{remittance.end_to_end_id} is {remittance.state}")
        for remittance in Remittance.objects.exclude(agrees)
    ]


def _files() -> list[Finding]:
    """What a payment file says of itself is what is in it."""
    files = PaymentFile.objects.order_by().annotate(
        held=Count("remittances"), worth=Sum("remittances__amount", default=0)
    )
    other = files.exclude(held=F("payments"), worth=F("total"))
    return [Finding("a payment file holds its payments", file.message_id) for file in other]

"""Compares the payouts' rows with the books. `audit_books` runs it."""

import uuid
from collections import Counter, defaultdict

from django.db.models import Count, F, Q, Sum

from ledger.chart import CREATOR_CASH_HELD, CREATOR_DIAMONDS_HELD
from ledger.queries import Finding, balances, platform_balances
from payouts.models import PaymentFile, PayoutLine, PayoutRequest, Remittance
from payouts.operations.moves import held
from payouts.operations.settlement import settlement_transfers
from payouts.remittance_states import UNDER_WAY, RemittanceState
from payouts.states import OPEN, State


def audit_payouts() -> list[Finding]:
    return [*_held(), *_lined(), *_settled(), *_returned(), *_remitted(), *_files()]


def _held() -> list[Finding]:
    """What stands held, of each creator, of each unit and in all, is what open requests ask for."""
    lines = PayoutLine.objects.order_by().values_list("payout__creator_id", "unit")
    sums = lines.annotate(asked=Sum("amount", filter=Q(payout__state__in=OPEN), default=0))
    asked = {held(creator_id, unit): amount for creator_id, unit, amount in sums}
    stand = balances(asked)
    findings = [
        Finding(
            "what is held is held by open payouts", f"{account.owner_id}: {amount} against {asked[account]}"
        )
        for account, amount in stand.items()
        if amount != asked[account]
    ]
    for (code, unit), amount in platform_balances().items():
        known = sum(part for account, part in stand.items() if account.unit == unit)
        if code in (CREATOR_DIAMONDS_HELD.code, CREATOR_CASH_HELD.code) and amount != known:
            findings.append(Finding("what is held belongs to payouts", f"{unit}: {amount} against {known}"))
    return findings


def _lined() -> list[Finding]:
    """Each payout is worth what its lines are."""
    wrong = PayoutRequest.objects.annotate(sum=Sum("lines__gross", default=0)).exclude(sum=F("gross"))
    return [Finding("the lines of a payout add up to its gross", payout.reference) for payout in wrong]


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
    for payout in settled.prefetch_related("lines"):
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

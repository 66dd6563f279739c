"""Compares commissions with the books. `audit_books` runs it through `settings.LEDGER_AUDITS`."""

from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from ledger.chart import AFFILIATE_PAYABLE
from ledger.queries import Finding, platform_balances
from partnerships.affiliate_states import ConversionState
from partnerships.models import AffiliateConversion


def audit_affiliate() -> list[Finding]:
    return [*_held(), *_reversed(), *_over()]


def _held() -> list[Finding]:
    """What is owed and nobody's yet is that of held conversions."""
    rows = AffiliateConversion.objects.filter(state=ConversionState.HELD).order_by().values_list("currency")
    held = dict(rows.annotate(sum=Sum(F("commission") - F("reversed"))))
    booked = {
        unit: amount
        for (code, unit), amount in platform_balances().items()
        if code == AFFILIATE_PAYABLE.code and amount
    }
    return [
        Finding("affiliate payable is that of held commissions", f"{unit}: {booked.get(unit, 0)}")
        for unit in sorted(held.keys() | booked.keys())
        if held.get(unit, 0) != booked.get(unit, 0)
    ]


def _reversed() -> list[Finding]:
    rows = AffiliateConversion.objects.annotate(taken=Coalesce(Sum("reversals__commission"), 0))
    wrong = rows.exclude(taken=F("reversed")).values_list("id", flat=True)
    return [Finding("what was taken back of a commission is its reversals", str(each)) for each in wrong]


def _over() -> list[Finding]:
    """Nothing is kept of a commission that was rejected or whose order is gone."""
    over = Q(state__in=[ConversionState.REJECTED, ConversionState.REVERSED])
    wrong = AffiliateConversion.objects.filter(over).exclude(reversed=F("commission"))
    return [
        Finding("nothing is kept of what is over", str(each)) for each in wrong.values_list("id", flat=True)
    ]

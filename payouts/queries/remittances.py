"""Payment files, for those who carry them."""

from django.db.models import QuerySet

from payouts.models import HandPayment, PaymentFile
from payouts.models.policies import MethodKind
from payouts.remittance_states import RemittanceState


def files_to_carry() -> QuerySet[PaymentFile]:
    """No line leads to their bank, and nobody has said yet that they are there."""
    return PaymentFile.objects.filter(by_hand=True, handed_over_at__isnull=True)


def payments_to_make() -> QuerySet[HandPayment]:
    """Nobody has said yet what came of them at the bank."""
    return HandPayment.objects.filter(payout__method__kind=MethodKind.MANUAL, state=RemittanceState.SENT)

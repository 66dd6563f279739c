"""Payment files, for those who carry them."""

from django.db.models import QuerySet

from payouts.models import PaymentFile


def files_to_carry() -> QuerySet[PaymentFile]:
    """No line leads to their bank, and nobody has said yet that they are there."""
    return PaymentFile.objects.filter(by_hand=True, handed_over_at__isnull=True)

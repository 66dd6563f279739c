"""Which accounts are paused, and what counts towards it."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from payouts.models import DestinationPause, Remittance
from payouts.remittance_states import FAILED, RemittanceState


def pauses_in_force() -> QuerySet[DestinationPause]:
    return DestinationPause.objects.filter(lifted_at__isnull=True)


def pause_of(fingerprint: str) -> DestinationPause | None:
    """The pause in force for an account."""
    return pauses_in_force().filter(fingerprint=fingerprint).first()


def failures_in_a_row(fingerprint: str, codes: Collection[str]) -> int:
    """Payments that did not arrive at an account for one of these reasons, since one did arrive or a pause of
    the account was lifted."""
    attempts = Remittance.objects.filter(payout__method__fingerprint=fingerprint).order_by()
    lifted = DestinationPause.objects.filter(fingerprint=fingerprint, lifted_at__isnull=False)
    since = lifted.order_by("-lifted_at").values_list("lifted_at", flat=True).first()
    settled = attempts.filter(state=RemittanceState.SETTLED)
    last = settled.order_by("-id").values_list("id", flat=True).first()
    failed = attempts.filter(
        Q(id__gt=last) if last else Q(),
        Q(committed_at__gt=since) if since else Q(),
        state__in=FAILED,
        code__in=codes,
    )
    return failed.count()

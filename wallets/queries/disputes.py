from django.db.models import QuerySet

from wallets.models import Dispute
from wallets.states import DisputeState


def open_disputes() -> QuerySet[Dispute]:
    """Those that the bank has not decided, inquiries among them."""
    return Dispute.objects.filter(state__in=[DisputeState.INQUIRY, DisputeState.OPEN])

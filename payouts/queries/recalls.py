import datetime as dt
import uuid

from payouts.models import Recall, Remittance


def unanswered_recalls(*, before: dt.datetime) -> list[uuid.UUID]:
    """Recalls last asked about before this moment, of which nobody heard."""
    silent = Recall.objects.filter(state=Recall.State.ASKED, attempted_at__lte=before)
    return list(silent.order_by("attempted_at").values_list("id", flat=True))


def is_called_back(remittance: Remittance) -> bool:
    """Or somebody is asking for it."""
    return remittance.recalls.exclude(state=Recall.State.REFUSED).exists()

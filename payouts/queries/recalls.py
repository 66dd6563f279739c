import datetime as dt
import uuid

from payouts.models import Recall


def unanswered_recalls(*, before: dt.datetime) -> list[uuid.UUID]:
    """Recalls last asked about before this moment, of which nobody heard."""
    silent = Recall.objects.filter(state=Recall.State.ASKED, attempted_at__lte=before)
    return list(silent.order_by("attempted_at").values_list("id", flat=True))

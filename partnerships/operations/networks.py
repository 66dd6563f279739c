"""What creators say of networks elsewhere that no file tells."""

import datetime as dt

from django.db import transaction

from partnerships.income_streams import Stream
from partnerships.models import NetworkCommission, NetworkPayday
from partnerships.network_states import CommissionState, Network
from partnerships.operations.income import refresh
from partnerships.operations.network_import import lock_commissions


class ImpossiblePayday(Exception):
    """A network can't have paid what is still to come."""

    code, field = "impossible_payday", "until"


@transaction.atomic
def set_payday(*, creator, network: Network, until: dt.date | None, at: dt.datetime) -> None:
    """The network has paid what it approved up to and including `until`, and nothing later unless it tells so
    itself; None takes this back. Saying the same again changes nothing. Raises ImpossiblePayday."""
    if until and until > at.astimezone(dt.UTC).date():
        raise ImpossiblePayday("That day has not come yet.")
    lock_commissions(creator)
    paydays = NetworkPayday.objects.filter(creator=creator, network=network)
    before = paydays.values_list("until_date", flat=True).first()
    if before == until:
        return
    if until is None:
        paydays.delete()
    else:
        NetworkPayday.objects.update_or_create(
            creator=creator, network=network, defaults={"until_date": until, "told_at": at}
        )
    rows = NetworkCommission.objects.filter(creator=creator, network=network, state=CommissionState.APPROVED)
    moved = rows.filter(date__lte=max(before or dt.date.min, until or dt.date.min))
    if before and until:
        moved = moved.filter(date__gt=min(before, until))
    refresh(creator_id=creator.pk, stream=Stream.NETWORKS, dates=set(moved.values_list("date", flat=True)))

"""What refunds and disputes did to a viewer's coins, in words for the history."""

import uuid

from ledger.queries import Line
from wallets.models import Recovery
from wallets.queries.words import Words

_TITLES = {
    "refund.coins": "Coins taken out for a refund",
    "dispute.coins": "Coins taken back: the payment is disputed",
}
_PUT_BACK = {
    "refund.coins.reversal": "Coins back from a refund",
    "dispute.coins.reversal": "Coins back from a dispute",
}


def taken(lines: list[Line]) -> dict[uuid.UUID, Words]:
    kinds = {line.entry_id: line.kind for line in lines}
    found = Recovery.objects.filter(entry__in=kinds).select_related("purchase")
    return {
        each.entry_id: Words(_TITLES[kinds[each.entry_id]], url=each.purchase.get_absolute_url())
        for each in found
    }


def put_back(lines: list[Line]) -> dict[uuid.UUID, Words]:
    return {line.entry_id: Words(_PUT_BACK[line.kind]) for line in lines}


WORDING = dict.fromkeys(_TITLES, taken) | dict.fromkeys(_PUT_BACK, put_back)

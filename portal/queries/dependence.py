"""Whether a creator lives by a single kind of income, or by a single brand, shop, network or programme."""

import uuid
from collections import Counter
from dataclasses import dataclass

from partnerships.income_streams import Stream
from partnerships.queries.income import SOURCES
from portal.queries.income import Income, Row, Worth

OF_A_STREAM = 700
"""Per mille of a period's income from one stream above which its loss would hurt: the house's own line."""
OF_A_PARTY = 500
"""The same from one party: it is lost sooner than a whole kind of income."""


@dataclass(frozen=True)
class Dependence:
    """`share` is per mille of all the period's income."""

    name: str
    stream: Stream
    share: int


def largest_stream(found: Income) -> Row | None:
    largest = max(found.rows, key=lambda row: row.earned, default=None)
    return largest if largest and (largest.share or 0) >= OF_A_STREAM else None


def largest_party(creator_id: uuid.UUID, found: Income) -> Dependence | None:
    """Rows are read only of a stream that is large enough to hold such a party."""
    total = found.total.earned
    for row in found.rows:
        if (row.share or 0) < OF_A_PARTY or row.stream not in SOURCES:
            continue
        if (parties := SOURCES[row.stream].parties) is None:
            continue
        brought = list(parties(creator_id, found.since, found.until))
        worth = Worth(found.currency, ((each.currency, each.date) for each in brought))
        sums: Counter[str] = Counter()
        for each in brought:
            sums[each.name] += worth.of(each.amount, each.currency, each.date) or 0
        name, amount = max(sums.items(), key=lambda item: item[1], default=("", 0))
        if amount * 1000 >= OF_A_PARTY * total > 0:
            return Dependence(name, row.stream, round(1000 * amount / total))
    return None

"""Posting and reversing many entries in one round trip, for what happens to hundreds of rows at once."""

import datetime as dt
import json
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection
from django.db.transaction import atomic
from uuid_utils.compat import uuid7

from ledger.models import Entry, Posting
from ledger.operations import AlreadyReversed, Posted, Transfer, mirror, open_accounts, outcome_of, refusal


@dataclass(frozen=True)
class Wanted:
    """An entry to be posted: see `operations.post`."""

    kind: str
    key: str
    day: dt.date
    transfers: Sequence[Transfer]


def post_each(*, entries: Sequence[Wanted], at: dt.datetime) -> list[Posted]:
    """Post all of these entries or none, in their order. Raises what `operations.post` does."""
    with atomic():
        open_accounts(
            account for each in entries for transfer in each.transfers
            for account in (transfer.source, transfer.destination)
        )  # fmt: skip
        return _call_each(
            [
                {
                    "kind": each.kind,
                    "key": each.key,
                    "day": each.day,
                    "sources": [transfer.source.id for transfer in each.transfers],
                    "destinations": [transfer.destination.id for transfer in each.transfers],
                    "amounts": [transfer.amount for transfer in each.transfers],
                    "reverses": None,
                }
                for each in entries
            ],
            reason="",
            at=at,
        )


def reverse_each(
    *, keys: Mapping[uuid.UUID, str], reason: str, at: dt.datetime, kind: str | None = None
) -> list[Posted]:
    """Post the mirrors of the entries that are the keys of `keys`, under the keys that are its values: of all
    or of none, in their order. `kind` as for `operations.reverse`, whose exceptions it raises."""
    with atomic():
        entries = Entry.objects.in_bulk(keys)
        if Entry.objects.filter(reverses__in=keys).exclude(key__in=keys.values()).exists():
            raise AlreadyReversed("One of these entries has been reversed.")
        postings = defaultdict(list)
        rows = Posting.objects.filter(entry_id__in=keys).select_related("account").order_by("account_id")
        for posting in rows:
            postings[posting.entry_id].append(posting)
        wanted = []
        for entry_id, key in keys.items():
            entry = entries[entry_id]
            sources, destinations, amounts = mirror(postings[entry_id])
            wanted.append(
                {
                    "kind": kind or f"{entry.kind}.reversal",
                    "key": key,
                    "day": entry.day,
                    "sources": sources,
                    "destinations": destinations,
                    "amounts": amounts,
                    "reverses": entry_id,
                }
            )
        return _call_each(wanted, reason=reason, at=at)


def _call_each(rows: list[dict[str, Any]], *, reason: str, at: dt.datetime) -> list[Posted]:
    if not rows:
        return []
    told = json.dumps([{"id": uuid7(), **row} for row in rows], default=str)
    statement = """
        SELECT posted.entry_id, posted.outcome
        FROM ROWS FROM (jsonb_to_recordset(%s::jsonb) AS (
            id uuid, kind text, key text, day date, sources uuid[], destinations uuid[], amounts bigint[],
            reverses uuid
        )) WITH ORDINALITY AS wanted (
            id, kind, key, day, sources, destinations, amounts, reverses, number
        ), ledger_post(
            wanted.id, wanted.kind, wanted.key, %s::timestamptz, wanted.day,
            wanted.sources, wanted.destinations, wanted.amounts, wanted.reverses, %s::text, false
        ) posted
        ORDER BY wanted.number
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, [told, at, reason])
            answers = cursor.fetchall()
    except DatabaseError as error:
        raise refusal(error) from error
    return [
        outcome_of(entry_id, outcome, row["key"])
        for (entry_id, outcome), row in zip(answers, rows, strict=True)
    ]

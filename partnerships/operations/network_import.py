"""Reports of affiliate networks elsewhere. What they say is tracked, and never touches the ledger."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from django.db import connection

from ledger.units import format_amount
from partnerships.imports import BadRow, Cells, Dialect, Row
from partnerships.imports.dialects import Facts
from partnerships.income_streams import Stream
from partnerships.models import NetworkCommission
from partnerships.network_states import FOLLOWS, CommissionState, Network
from partnerships.networks import LAYOUTS, READERS
from partnerships.operations.income import refresh

FIELDS = (
    "advertiser",
    "label",
    "reference",
    "date",
    "currency",
    "amount",
    "sale",
    "sale_currency",
    "state",
    "reason",
)


def read(cells: Cells, *, owner, subject: None, at: dt.datetime) -> Row | None:
    told = READERS[cells.layout](cells)
    if told is None:
        return None
    facts = vars(told) | {"network": cells.layout, "date": told.date.isoformat(), "state": told.state.value}
    return Row(
        _identity(cells.layout, told.id),
        facts,
        ", ".join(part for part in (str(told.date), told.advertiser, told.label or told.reference) if part),
        told.amount,
        told.currency,
        told.state.label,
    )


def _identity(network: str, external_id: str) -> str:
    return f"{network} {external_id}"


def compare(before: Facts, after: Facts) -> str:
    old, new = CommissionState(before["state"]), CommissionState(after["state"])
    if old != new and new not in FOLLOWS[old]:
        raise BadRow(
            f"It is {old.label.lower()} here already, and {new.label.lower()} in this file: an older one, or "
            "one without the column that says more."
        )
    changes = [(old.label, new.label)] if old != new else []
    if (before["amount"], before["currency"]) != (after["amount"], after["currency"]):
        changes.append((_money(before), _money(after)))
    if before["date"] != after["date"]:
        changes.append((str(before["date"]), str(after["date"])))
    return "; ".join(f"{was} → {becomes}" for was, becomes in changes)


def _money(facts: Facts) -> str:
    return format_amount(facts["amount"], facts["currency"])


def known(identities: Collection[str], *, owner, subject: None) -> Mapping[str, Facts]:
    return {row.identity: _facts_of(row) for row in _rows(owner, identities)}


def _facts_of(row: NetworkCommission) -> Facts:
    facts = {name: getattr(row, name) for name in FIELDS}
    return facts | {"network": row.network, "id": row.external_id, "date": row.date.isoformat()}


def _rows(owner, identities: Collection[str]):
    wanted = [identity.split(" ", 1) for identity in identities]
    rows = NetworkCommission.objects.filter(
        creator=owner,
        network__in={network for network, _ in wanted},
        external_id__in=[external_id for _, external_id in wanted],
    )
    named = set(identities)
    return [row for row in rows if row.identity in named]


def apply(rows: Sequence[Facts], *, owner, subject: None, at: dt.datetime) -> None:
    named = {_identity(facts["network"], facts["id"]): facts for facts in rows}
    days = {row.date for row in _rows(owner, named)}
    commissions = [
        NetworkCommission(
            creator=owner,
            network=facts["network"],
            external_id=facts["id"],
            told_at=at,
            **{name: facts[name] for name in FIELDS if name != "date"},
            date=dt.date.fromisoformat(facts["date"]),
        )
        for facts in named.values()
    ]
    NetworkCommission.objects.bulk_create(
        commissions,
        update_conflicts=True,
        unique_fields=["creator", "network", "external_id"],
        update_fields=[*FIELDS, "told_at"],
    )
    days |= {commission.date for commission in commissions}
    refresh(creator_id=owner.pk, stream=Stream.NETWORKS, dates=days)


def undo(facts: Mapping[str, Facts | None], *, owner, subject: None, at: dt.datetime) -> None:
    """What no other file tells is gone; what one tells is again as it says."""
    gone = _rows(owner, [identity for identity, held in facts.items() if held is None])
    NetworkCommission.objects.filter(pk__in=[row.pk for row in gone]).delete()
    refresh(creator_id=owner.pk, stream=Stream.NETWORKS, dates={row.date for row in gone})
    if kept := [held for held in facts.values() if held is not None]:
        apply(kept, owner=owner, subject=None, at=at)


def lock_commissions(creator) -> None:
    """Whoever changes commissions of the same creator waits until the transaction is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"networks {creator.pk}"])


NETWORKS = Dialect(
    code="affiliate-networks",
    label="Report of an affiliate network",
    layouts=LAYOUTS,
    read=read,
    known=known,
    apply=apply,
    lock=lock_commissions,
    compare=compare,
    undo=undo,
    scope="affiliate",
    page="partnerships:networks",
    hint=f"From {', '.join(Network.labels[:-1])} or {Network.labels[-1]}, as it was exported: its head tells "
    "whose it is. What an earlier file told, a later one moves on.",
)

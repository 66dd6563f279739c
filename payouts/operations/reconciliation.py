"""Our rows beside the files of those who hold the money.

The bank's side is driven by its statements: each is compared once, whatever day it is about, and again every
night while something in it is open. The payment providers are asked day by day. A difference moves nothing:
it closes when a later comparison no longer finds it, or when a person explains it.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from ledger.units import format_amount
from payouts import rails
from payouts.models import BankEntry, BankMessage, Difference, Reconciliation
from payouts.operations.review import MissingReason, NotPermitted
from payouts.queries import reconciliation as queries
from payouts.rails.interface import Statement
from payouts.words import money

logger = structlog.get_logger(__name__)
Kind, Outcome = Difference.Kind, Reconciliation.Outcome
OPEN = {BankEntry.Outcome.PARKED, BankEntry.Outcome.WAITING}
KNOWN = {BankEntry.Outcome.APPLIED, BankEntry.Outcome.REPEATED}
LONGEST_REFERENCE = Difference._meta.get_field("reference").max_length
MOST_DAYS = 31
"""How far back a source is caught up with after a pause."""


class UnknownDifference(Exception):
    """There is no such difference, or it is closed."""

    code = "unknown_difference"


def reconcile(*, at: dt.datetime) -> list[Reconciliation]:
    """Everything that can be compared now. One source that fails stops no other."""
    made = []
    for message_id in queries.statements_to_compare(at):
        try:
            made += compare_statement(message_id=message_id, at=at)
        except Exception:  # one odd statement must not stop the others; it is looked at again
            logger.exception("statement_not_compared", message=str(message_id))
    for path in settings.RECONCILED_FILES:
        for day in queries.days_to_compare(path, at, MOST_DAYS):
            try:
                made += [record(day=day, at=at, asked=path, **report) for report in import_string(path)(day)]
            except Exception:  # as above
                logger.exception("day_not_compared", asked=path, day=str(day))
    return made


@transaction.atomic
def record(
    *,
    source: str,
    day: dt.date,
    at: dt.datetime,
    asked: str = "",
    problem: str = "",
    ours: int = 0,
    theirs: int = 0,
    balances: dict[str, int] | None = None,
    differences: list[dict] = (),
    message: BankMessage | None = None,
    number: int = 0,
) -> Reconciliation:
    """Keep what a comparison found. Differences known already stay as they are, explained ones too unless
    their amounts have changed; those that it no longer finds are gone. `differences` are facts of Difference
    rows, `asked` what made the report."""
    if problem:
        return Reconciliation.objects.create(
            source=source, day=day, run_at=at, asked=asked, outcome=Outcome.UNAVAILABLE, problem=problem
        )
    known = Difference.objects.filter(source=source, day=day)
    found = []
    for facts in differences:
        identity = {name: facts.get(name, "") for name in ("kind", "what", "reference", "currency")}
        others = {name: facts.get(name) for name in ("ours", "theirs")} | {"detail": facts.get("detail", "")}
        earlier = known.filter(**identity).select_for_update().first()
        row, _ = known.update_or_create(
            **identity,
            defaults=others | _reopened(earlier, others) | {"gone_at": None},
            create_defaults=identity | others | {"source": source, "day": day, "found_at": at},
        )
        found.append(row.pk)
    known.exclude(pk__in=found).filter(gone_at__isnull=True).update(gone_at=at)
    return Reconciliation.objects.create(
        source=source,
        day=day,
        run_at=at,
        asked=asked,
        outcome=Outcome.DIFFERS if found else Outcome.AGREES,
        ours=ours,
        theirs=theirs,
        balances=balances or {},
        message=message,
        number=number,
    )


def _reopened(earlier: Difference | None, now: dict) -> dict:
    """What changes where somebody explained other amounts: it is open again, with their words beside it."""
    if earlier is None or earlier.explained_at is None:
        return {}
    if (earlier.ours, earlier.theirs) == (now["ours"], now["theirs"]):
        return {}
    amounts = " / ".join(
        "none" if parts is None else money(parts, earlier.currency)
        for parts in (earlier.ours, earlier.theirs)
    )
    before = f"Explained before, at {amounts}, by {earlier.explained_by}: {earlier.note}"
    closed = {"explained_at": None, "explained_by": None, "note": ""}
    return closed | {"detail": f"{now['detail']} {before}".strip()}


def compare_statement(*, message_id: uuid.UUID, at: dt.datetime) -> list[Reconciliation]:
    """The statements of our accounts in one message of the bank, beside our payments. Another's is passed
    over: a mailbox may hold the statements of more than one account."""
    message = BankMessage.objects.get(id=message_id)
    ours = {rails.get(name).account for name in rails.names()} - {""}
    told = rails.channels()[message.channel].statements(message.raw)
    return [_compare(message, statement, at) for statement in told if statement.account in ours]


def _compare(message: BankMessage, statement: Statement, at: dt.datetime) -> Reconciliation:
    source = f"bank:{statement.account}"
    lines = list(message.entries.filter(account=statement.account).order_by("position"))
    ours = queries.booked_on(statement.day, statement.account)
    told = {(line.end_to_end_id, line.what) for line in lines}
    return record(
        source=source,
        day=statement.day,
        at=at,
        ours=len(ours),
        theirs=len(lines),
        balances={} if statement.closing is None else {statement.currency: statement.closing},
        message=message,
        number=statement.number,
        differences=[
            *(_not_there(entry) for entry in ours if (entry.end_to_end_id, entry.what) not in told),
            *_not_here(lines),
            *_does_not_add_up(statement),
            *_gap(source, statement),
        ],
    )


def _not_there(entry: BankEntry) -> dict:
    amount = entry.amount if entry.what == BankEntry.What.RETURN else -entry.amount
    return {
        "kind": Kind.MISSING_THERE,
        "what": entry.what,
        "reference": entry.end_to_end_id,
        "currency": entry.currency,
        "ours": amount,
        "detail": f"{entry.message} told of it.",
    }


def _not_here(lines: list[BankEntry]) -> Iterator[dict]:
    """Lines that our rows know nothing of, and each one beyond the first of what happens once: a payment
    leaves, and comes back, no more often than that. A line's own id tells it from others without
    references."""
    counted, named = Counter(), Counter()
    for line in lines:
        counted[line.end_to_end_id, line.what] += line.outcome in KNOWN
        again = counted[line.end_to_end_id, line.what] > 1 and line.outcome in KNOWN
        if not again and line.outcome not in OPEN:
            continue
        reference = line.end_to_end_id or line.bank_reference or str(line.pk)
        named[reference, line.what] += 1
        if again or named[reference, line.what] > 1:
            reference = f"{reference} {line.bank_reference or line.pk}"
        amount = line.amount
        yield {
            "kind": Kind.MISSING_HERE,
            "what": line.what,
            "reference": reference[:LONGEST_REFERENCE],
            "currency": line.currency[:3],
            "theirs": -amount if amount and line.what == BankEntry.What.DEBIT else amount,
            "detail": "The bank booked it more than once." if again else line.problem or "It still waits.",
        }


def _does_not_add_up(statement: Statement) -> list[dict]:
    if statement.opening is None or statement.closing is None:
        return []
    ends_at = statement.opening + statement.moved
    if ends_at == statement.closing:
        return []
    lacks = format_amount(abs(statement.closing - ends_at), statement.currency)
    return [
        {
            "kind": Kind.BALANCE,
            "reference": str(statement.number),
            "currency": statement.currency,
            "ours": ends_at,
            "theirs": statement.closing,
            "detail": f"Its entries leave out or repeat {lacks} of what its balances say has moved.",
        }
    ]


def _gap(source: str, statement: Statement) -> list[dict]:
    """A statement before this one that we never got."""
    before = queries.statement_before(source, statement.day)
    if before is None:
        return []
    missed = statement.number - before.number - 1 if statement.number and before.number else 0
    opened_at = before.balances.get(statement.currency)
    facts = {"kind": Kind.GAP, "reference": str(statement.number), "currency": statement.currency}
    if missed > 0:
        noun = "statement" if missed == 1 else "statements"
        return [facts | {"detail": f"{missed} {noun} between {before.day} and this one never came."}]
    if None not in (opened_at, statement.opening) and opened_at != statement.opening:
        detail = f"It does not begin where the one of {before.day} ended."
        return [facts | {"ours": opened_at, "theirs": statement.opening, "detail": detail}]
    return []


@transaction.atomic
def explain(*, difference_id: uuid.UUID, actor, note: str, at: dt.datetime) -> Difference:
    """Somebody has found out what an open difference is, and says so. Raises NotPermitted, MissingReason,
    UnknownDifference."""
    if not (actor.is_staff and actor.has_perm("payouts.explain_difference")):
        raise NotPermitted("You don't have the permission for this.")
    if not note.strip():
        raise MissingReason("Write what it is: whoever audits the books reads it.")
    still_open = queries.open_differences().filter(id=difference_id)
    if not still_open.update(explained_at=at, explained_by=actor, note=note.strip()[:500]):
        raise UnknownDifference("This difference is closed already.")
    return Difference.objects.get(id=difference_id)

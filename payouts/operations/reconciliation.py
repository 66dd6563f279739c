"""Our rows beside the files of those who hold the money.

The bank's side is driven by its statements: each is compared once, whatever day it is about, and again every
night while something in it is open. The payment providers are asked day by day. A difference moves nothing:
it closes when a later comparison no longer finds it, or when a person explains it.
"""

import datetime as dt
import uuid

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from ledger.units import format_amount
from payouts import rails
from payouts.models import BankEntry, BankMessage, Difference, Reconciliation
from payouts.operations.review import MissingReason, NotPermitted
from payouts.queries import reconciliation as queries
from payouts.rails.sepa.statements import Statement, statements

logger = structlog.get_logger(__name__)
Kind, Outcome = Difference.Kind, Reconciliation.Outcome
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
            for report in import_string(path)(day):
                made.append(record(day=day, at=at, asked=path, **report))
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
    """Keep what a comparison found. Differences known already stay as they are, explained ones too; those
    that it no longer finds are gone. `differences` are facts of Difference rows, `asked` what made the
    report."""
    if problem:
        return Reconciliation.objects.create(
            source=source, day=day, run_at=at, asked=asked, outcome=Outcome.UNAVAILABLE, problem=problem
        )
    known = Difference.objects.filter(source=source, day=day)
    found = []
    for facts in differences:
        identity = {name: facts.get(name, "") for name in ("kind", "what", "reference", "currency")}
        others = {name: facts.get(name) for name in ("ours", "theirs")} | {"detail": facts.get("detail", "")}
        row, _ = known.update_or_create(
            **identity,
            defaults=others | {"gone_at": None},
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


def compare_statement(*, message_id: uuid.UUID, at: dt.datetime) -> list[Reconciliation]:
    """The statements of our accounts in one message of the bank, beside our payments. Another's is passed
    over: a mailbox may hold the statements of more than one account."""
    message = BankMessage.objects.get(id=message_id)
    ours = {rails.get(name).account for name in rails.names()} - {""}
    told = (statement for statement in statements(message.raw) if statement.account in ours)
    return [_compare(message, statement, at) for statement in told]


def _compare(message: BankMessage, statement: Statement, at: dt.datetime) -> Reconciliation:
    source = f"bank:{statement.account}"
    lines = message.entries.filter(account=statement.account)
    ours = queries.booked_on(statement.day, statement.account)
    told = set(lines.values_list("end_to_end_id", "what"))
    return record(
        source=source,
        day=statement.day,
        at=at,
        ours=len(ours),
        theirs=lines.count(),
        balances={} if statement.closing is None else {statement.currency: statement.closing},
        message=message,
        number=statement.number,
        differences=[
            *(_not_there(entry) for entry in ours if (entry.end_to_end_id, entry.what) not in told),
            *map(_not_here, lines.filter(outcome=BankEntry.Outcome.PARKED)),
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


def _not_here(entry: BankEntry) -> dict:
    amount = entry.amount
    return {
        "kind": Kind.MISSING_HERE,
        "what": entry.what,
        "reference": entry.end_to_end_id or entry.bank_reference,
        "currency": entry.currency[:3],
        "theirs": -amount if amount and entry.what == BankEntry.What.DEBIT else amount,
        "detail": entry.problem,
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

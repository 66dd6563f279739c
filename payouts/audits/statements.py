"""Reads every statement again. `audit_books` runs it through `settings.LEDGER_AUDITS`."""

from ledger.queries import Finding
from payouts.models import Statement
from payouts.statement_text import BALANCE, DoesNotAddUp, read


def audit_statements() -> list[Finding]:
    """Each is still what was sealed, adds up, and goes on where the one before it ended."""
    return [
        finding
        for statement in Statement.objects.select_related("previous", "creator").order_by("id")
        for finding in _read_again(statement, f"{statement.creator} {statement}")
    ]


def _read_again(statement: Statement, name: str) -> list[Finding]:
    if not statement.genuine:
        return [Finding("a statement is what was sealed", name)]
    try:
        facts, parts = read(statement.content)
    except DoesNotAddUp as problem:
        return [Finding("a statement adds up", f"{name}: {problem}")]
    before = statement.previous
    findings = []
    if facts["Seal of the statement before"] != (before.seal if before else "none"):
        findings.append(Finding("a statement names the seal before it", name))
    closed = {part.unit: part.closing for part in _balances(read(before.content)[1] if before else [])}
    for part in _balances(parts):
        if any(part.opening) and part.opening != closed.get(part.unit):
            findings.append(Finding("a statement opens where the one before it closed", name))
    return findings


def _balances(parts):
    return [part for part in parts if part.account == BALANCE]

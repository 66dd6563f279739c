"""Compares the sums that the studio reads with the rows they are made of. `audit_books` runs it."""

from ledger.queries import Finding
from partnerships.models import IncomeDay
from partnerships.queries.income import SOURCES


def audit_income() -> list[Finding]:
    findings = []
    for stream, source in SOURCES.items():
        kept = {
            tuple(facts): (amount, rows)
            for *facts, amount, rows in IncomeDay.objects.filter(stream=stream).values_list(
                "creator_id", "date", "currency", "state", "amount", "rows"
            )
        }
        added = {
            (part.creator_id, part.date, part.currency, part.state): (part.amount, part.rows)
            for part in source.sums(None, None)
        }
        for facts in sorted(kept.keys() | added.keys(), key=str):
            if kept.get(facts) != added.get(facts):
                creator_id, date, currency, state = facts
                findings.append(
                    Finding(
                        "income by day is the sum of its rows",
                        f"{stream} of {creator_id} on {date}, {state} {currency}: "
                        f"{kept.get(facts)} against {added.get(facts)}",
                    )
                )
    return findings

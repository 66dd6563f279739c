"""Proves the books: each check is one query that returns what is wrong, and nothing when all is well."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Finding:
    """Something that should not be. `check` names the rule, `detail` where and by how much."""

    check: str
    detail: str

    def __str__(self) -> str:
        return f"{self.check}: {self.detail}"


CHECKS = {
    "every entry sums to zero in every unit": """
        SELECT p.entry_id::text, a.unit, sum(p.amount)::text
        FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
        GROUP BY p.entry_id, a.unit HAVING sum(p.amount) <> 0
    """,
    "every unit sums to zero": """
        SELECT a.unit, sum(a.total + coalesce(inbox.amount, 0))::text
        FROM ledger_account a
        LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM ledger_waiting GROUP BY account_id) inbox
            ON inbox.account_id = a.id
        GROUP BY a.unit HAVING sum(a.total + coalesce(inbox.amount, 0)) <> 0
    """,
    "every balance is the sum of its postings": """
        SELECT a.code, coalesce(a.owner_id::text, 'platform'), a.unit,
            (a.total + coalesce(inbox.amount, 0))::text || ' against ' || coalesce(posted.amount, 0)::text
        FROM ledger_account a
        LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM ledger_waiting GROUP BY account_id) inbox
            ON inbox.account_id = a.id
        LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM ledger_posting GROUP BY account_id) posted
            ON posted.account_id = a.id
        WHERE a.total + coalesce(inbox.amount, 0) <> coalesce(posted.amount, 0)
    """,
    "lifetime totals are those of the postings": """
        SELECT a.code, coalesce(a.owner_id::text, 'platform'), a.unit
        FROM ledger_account a
        LEFT JOIN (
            SELECT account_id, sum(amount) FILTER (WHERE amount > 0) AS credited,
                -sum(amount) FILTER (WHERE amount < 0) AS debited
            FROM ledger_posting GROUP BY account_id
        ) posted ON posted.account_id = a.id
        WHERE NOT a.folded AND (
            a.credited <> coalesce(posted.credited, 0) OR a.debited <> coalesce(posted.debited, 0))
    """,
    "no account is below its floor": """
        SELECT a.code, coalesce(a.owner_id::text, 'platform'), a.unit, a.total::text
        FROM ledger_account a WHERE a.total < a.floor
    """,
    "the roll-up and the inbox are the postings of each day": """
        WITH posted AS (
            SELECT p.account_id, e.day, e.kind, sum(p.amount) AS amount, count(*) AS entries
            FROM (
                SELECT account_id, entry_id, sum(amount) AS amount FROM ledger_posting
                GROUP BY account_id, entry_id HAVING sum(amount) <> 0
            ) p JOIN ledger_entry e ON e.id = p.entry_id
            JOIN ledger_account a ON a.id = p.account_id WHERE a.folded GROUP BY 1, 2, 3
        ), rolled AS (
            SELECT account_id, day, kind, sum(amount) AS amount, sum(entries) AS entries FROM (
                SELECT account_id, day, kind, amount, entries FROM ledger_daytotal
                UNION ALL SELECT account_id, day, kind, amount, entries FROM ledger_waiting
            ) both_parts GROUP BY 1, 2, 3
        )
        SELECT account_id::text, day::text, kind, posted.amount::text, rolled.amount::text
        FROM posted FULL JOIN rolled USING (account_id, day, kind)
        WHERE posted.amount IS DISTINCT FROM rolled.amount OR posted.entries IS DISTINCT FROM rolled.entries
    """,
    "every posting has its account and its entry": """
        SELECT p.account_id::text, p.entry_id::text FROM ledger_posting p
        WHERE NOT EXISTS (SELECT 1 FROM ledger_account a WHERE a.id = p.account_id)
            OR NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.id = p.entry_id)
    """,
    "every entry has postings": """
        SELECT e.id::text, e.key FROM ledger_entry e
        WHERE NOT EXISTS (SELECT 1 FROM ledger_posting p WHERE p.entry_id = e.id)
    """,
}


def audit() -> list[Finding]:
    """Every difference in the books, those that `settings.LEDGER_AUDITS` (dotted paths of functions that
    return findings) see between the ledger and the products' own rows included."""
    findings = []
    with connection.cursor() as cursor:
        for check, query in CHECKS.items():
            cursor.execute(query)
            findings += [Finding(check, ", ".join(map(str, row))) for row in cursor.fetchall()]
    for path in settings.LEDGER_AUDITS:
        product_audit: Callable[[], list[Finding]] = import_string(path)
        findings += product_audit()
    return findings

"""Compares undone gifts and tips with their entries."""

from django.db import connection

from ledger.queries import Finding

_GIVING = {
    "every undo reverses its gift, whole": """
        SELECT coalesce(undone.id, entry.id)::text
        FROM (SELECT * FROM wallets_giftreversal WHERE cause = 'undo') undone
        FULL JOIN (SELECT * FROM ledger_entry WHERE kind = 'gift.undo') entry ON entry.id = undone.id
        LEFT JOIN wallets_gift gift ON gift.id = undone.gift_id
        WHERE undone.id IS NULL OR entry.id IS NULL OR gift.id IS NULL OR entry.reverses_id <> gift.id
            OR undone.coins <> gift.coins OR undone.diamonds <> gift.diamonds
    """,
    "every tip is booked as it was sent": """
        WITH booked AS (
            SELECT entry.id, entry.at,
                sum(posting.amount) FILTER (WHERE account.owner_id = tip.recipient_id) AS received,
                sum(posting.amount) FILTER (WHERE account.owner_id = tip.sender_id) AS sent
            FROM ledger_entry entry
            LEFT JOIN wallets_cointip tip ON tip.id = entry.id
            LEFT JOIN ledger_posting posting ON posting.entry_id = entry.id
            LEFT JOIN ledger_account account ON account.id = posting.account_id
            WHERE entry.kind = 'coin_tip' GROUP BY entry.id
        )
        SELECT coalesce(booked.id, tip.id)::text
        FROM wallets_cointip tip FULL JOIN booked ON booked.id = tip.id
        WHERE tip.id IS NULL OR booked.id IS NULL OR booked.at <> tip.sent_at
            OR booked.received IS DISTINCT FROM tip.coins OR booked.sent IS DISTINCT FROM -tip.coins
    """,
}


def audit_giving() -> list[Finding]:
    """Every undone gift and every tip has its entry with the same amounts, and every such entry its row."""
    findings = []
    with connection.cursor() as cursor:
        for check, query in _GIVING.items():
            cursor.execute(query)
            findings += [Finding(check, detail) for (detail,) in cursor.fetchall()]
    return findings

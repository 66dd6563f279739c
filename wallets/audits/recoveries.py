"""Compares refunds, disputes, what they took back and frozen wallets with the books. `audit_books` runs this
through `settings.LEDGER_AUDITS`."""

from django.db import connection

from ledger.chart import CREATOR_DIAMONDS_PENDING, PAYMENT_CLEARING, VIEWER_COINS
from ledger.queries import Finding
from wallets.states import DISPUTES_STANDING, REFUNDS_STANDING

_CHECKS = {
    "money that refunds and disputes took is booked, and no other": """
        WITH claim AS (
            SELECT id, purchase_id, entry_id, amount, state = 'succeeded' AS gone FROM wallets_coinrefund
            UNION ALL
            SELECT id, purchase_id, entry_id, amount, state = 'lost' OR (state = 'open' AND withdrawn)
            FROM wallets_dispute
        )
        SELECT claim.id::text FROM claim
        JOIN wallets_coinpurchase purchase ON purchase.id = claim.purchase_id
        LEFT JOIN ledger_entry reversal ON reversal.reverses_id = claim.entry_id
        WHERE purchase.entry_id IS NOT NULL AND (
            claim.gone <> (claim.entry_id IS NOT NULL AND reversal.id IS NULL)
            OR claim.entry_id IS NOT NULL AND claim.amount IS DISTINCT FROM (
                SELECT sum(posting.amount) FROM ledger_posting posting
                JOIN ledger_account account ON account.id = posting.account_id
                WHERE posting.entry_id = claim.entry_id AND account.code = %(clearing)s
                    AND account.unit = purchase.currency
            )
        )
    """,
    "every take-back of coins is booked as it was noted": """
        SELECT removal.entry_id::text FROM (
            SELECT entry_id, viewer_id, sum(credited_until - credited_from) AS coins
            FROM wallets_coinremoval GROUP BY entry_id, viewer_id
        ) removal
        WHERE -removal.coins IS DISTINCT FROM (
            SELECT sum(posting.amount) FROM ledger_posting posting
            JOIN ledger_account account ON account.id = posting.account_id
            WHERE posting.entry_id = removal.entry_id AND account.code = %(coins)s
                AND account.owner_id = removal.viewer_id
        )
    """,
    "what was recovered stands until it is put back": """
        SELECT recovery.id::text FROM wallets_recovery recovery
        LEFT JOIN ledger_entry reversal ON reversal.reverses_id = recovery.entry_id
        WHERE recovery.entry_id IS NOT NULL AND (
            (recovery.put_back_at IS NULL) <> (reversal.id IS NULL)
            OR CASE WHEN recovery.gift_id IS NULL THEN recovery.coins ELSE recovery.diamonds END
                IS DISTINCT FROM (
                    SELECT -sum(posting.amount) FROM ledger_posting posting
                    JOIN ledger_account account ON account.id = posting.account_id
                    WHERE posting.entry_id = recovery.entry_id AND account.code IN (%(coins)s, %(pending)s)
                )
        )
    """,
    "no purchase gives back more than is claimed": """
        SELECT purchase.id::text FROM wallets_coinpurchase purchase
        JOIN (
            SELECT purchase_id, sum(coins) AS coins FROM wallets_recovery
            WHERE put_back_at IS NULL GROUP BY purchase_id
        ) held ON held.purchase_id = purchase.id
        WHERE held.coins > least(purchase.coins, (
            SELECT coalesce(sum(coins), 0) FROM wallets_coinrefund
            WHERE purchase_id = purchase.id AND state = ANY(%(refunds)s)
        ) + (
            SELECT coalesce(sum(coins), 0) FROM wallets_dispute
            WHERE purchase_id = purchase.id AND state = ANY(%(disputes)s)
        ))
    """,
    "no gift gives back more than it gave": """
        SELECT gift.id::text FROM wallets_gift gift
        JOIN (
            SELECT gift_id, sum(coins) AS coins, sum(diamonds) AS diamonds FROM wallets_recovery
            WHERE put_back_at IS NULL GROUP BY gift_id
        ) held ON held.gift_id = gift.id
        WHERE held.coins > gift.coins OR held.diamonds > gift.diamonds
    """,
    "a wallet is frozen while there is a cause": """
        SELECT DISTINCT placed.viewer_id::text FROM wallets_freeze placed
        WHERE placed.lifted_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM ledger_account account
            WHERE account.owner_id = placed.viewer_id AND account.code = %(coins)s AND account.frozen
        )
    """,
}


def audit_recoveries() -> list[Finding]:
    """Refunds, disputes, recoveries and freezes agree with the entries they made."""
    findings = []
    facts = {
        "clearing": PAYMENT_CLEARING.code,
        "coins": VIEWER_COINS.code,
        "pending": CREATOR_DIAMONDS_PENDING.code,
        "refunds": list(REFUNDS_STANDING),
        "disputes": list(DISPUTES_STANDING),
    }
    with connection.cursor() as cursor:
        for check, query in _CHECKS.items():
            cursor.execute(query, facts)
            findings += [Finding(check, detail) for (detail,) in cursor.fetchall()]
    return findings

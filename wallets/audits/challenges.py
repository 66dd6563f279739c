"""Compares campaigns and claims with the books. `audit_books` runs this through `settings.LEDGER_AUDITS`."""

from django.db import connection

from ledger.chart import MARKETING_EXPENSE, REWARD_COINS_FUNDED, VIEWER_COINS
from ledger.queries import Finding
from wallets.challenge_states import ClaimState
from wallets.operations.rewards import REWARD_KIND

_CHECKS = {
    "every approved claim is booked, and no other": """
        WITH booked AS (
            SELECT entry.id, entry.key,
                sum(posting.amount) FILTER (WHERE account.code = %(coins)s) AS coins,
                -sum(posting.amount) FILTER (WHERE account.code = %(expense)s) AS cost,
                max(account.owner_id::text) FILTER (WHERE account.code = %(coins)s) AS viewer
            FROM ledger_entry entry
            JOIN ledger_posting posting ON posting.entry_id = entry.id
            JOIN ledger_account account ON account.id = posting.account_id
            WHERE entry.kind = %(kind)s GROUP BY entry.id
        ), paid AS (
            SELECT claim.id, claim.entry_id, claim.coins, claim.cost, joining.viewer_id::text AS viewer
            FROM wallets_claim claim JOIN wallets_joining joining ON joining.id = claim.joining_id
            WHERE claim.state = %(approved)s
        )
        SELECT coalesce(booked.key, paid.id::text) FROM booked FULL JOIN paid ON paid.entry_id = booked.id
        WHERE booked.id IS NULL OR paid.id IS NULL OR booked.coins <> paid.coins
            OR booked.cost <> paid.cost OR booked.viewer <> paid.viewer
    """,
    "every reward has expired as it is booked": """
        SELECT claim.id::text FROM wallets_claim claim
        LEFT JOIN (
            SELECT posting.entry_id, -sum(posting.amount) AS coins FROM ledger_posting posting
            JOIN ledger_account account ON account.id = posting.account_id
            WHERE account.code = %(coins)s AND posting.entry_id IN (SELECT expiry_entry_id FROM wallets_claim)
            GROUP BY posting.entry_id
        ) booked ON booked.entry_id = claim.expiry_entry_id
        WHERE claim.expired_at IS NOT NULL AND claim.expired <> coalesce(booked.coins, 0)
    """,
    "every campaign has promised what its claims hold": """
        SELECT campaign.slug FROM wallets_campaign campaign
        WHERE campaign.committed <> (
            SELECT coalesce(sum(claim.coins), 0) FROM wallets_claim claim
            JOIN wallets_joining joining ON joining.id = claim.joining_id
            WHERE joining.campaign_id = campaign.id AND claim.state <> %(rejected)s
        )
    """,
    "the reward coins that are left are those of the campaigns": """
        SELECT left_over.coins::text || ' against ' || coalesce(account.total, 0)::text
        FROM (
            SELECT coalesce(sum(budget - released), 0) - (
                SELECT coalesce(sum(coins), 0) FROM wallets_claim WHERE state = %(approved)s
            ) AS coins
            FROM wallets_campaign WHERE published_at IS NOT NULL
        ) left_over
        LEFT JOIN ledger_account account ON account.code = %(rewards)s
        WHERE left_over.coins <> coalesce(account.total, 0)
    """,
}


def audit_challenges() -> list[Finding]:
    """Every reward is booked as it was claimed, and what is left of the campaigns' budgets is there."""
    findings = []
    facts = {
        "coins": VIEWER_COINS.code,
        "expense": MARKETING_EXPENSE.code,
        "rewards": REWARD_COINS_FUNDED.code,
        "kind": REWARD_KIND,
        "approved": ClaimState.APPROVED,
        "rejected": ClaimState.REJECTED,
    }
    with connection.cursor() as cursor:
        for check, query in _CHECKS.items():
            cursor.execute(query, facts)
            findings += [Finding(check, detail) for (detail,) in cursor.fetchall()]
    return findings

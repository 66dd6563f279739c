"""Compares the wallets' own rows with the books. `audit_books` runs this through `settings.LEDGER_AUDITS`."""

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from ledger.chart import (
    COIN_FLOAT,
    COINS_ISSUED,
    CREATOR_DIAMONDS_PENDING,
    PAYMENT_CLEARING,
    VIEWER_COINS,
    AccountType,
)
from ledger.queries import Finding
from wallets.models import CoinPurchase
from wallets.operations.events import ENTRY_KIND
from wallets.states import PurchaseState


def audit_purchases() -> list[Finding]:
    """Every paid purchase has its entry with the right amounts, and no other purchase has one."""
    return [
        *(Finding("every paid purchase is booked as it was sold", str(each.pk)) for each in _misbooked()),
        *(Finding("no unpaid purchase has an entry", str(pk)) for pk in _booked_unpaid()),
    ]


def _misbooked() -> QuerySet[CoinPurchase]:
    owner = Q(entry__postings__account__owner=F("viewer"))
    currency = Q(entry__postings__account__unit=F("currency"))
    return (
        CoinPurchase.objects.filter(state=PurchaseState.PAID)
        .annotate(
            lines=Count("entry__postings__amount"),
            credited=_posted(VIEWER_COINS, owner),
            issued=_posted(COINS_ISSUED),
            kept=_posted(COIN_FLOAT, currency),
            owed=_posted(PAYMENT_CLEARING, currency),
        )
        .exclude(
            lines=4,
            entry__kind=ENTRY_KIND,
            credited=F("coins"),
            issued=-F("coins"),
            kept=F("price"),
            owed=-F("price"),
        )
    )


def _posted(account: AccountType, condition: Q | None = None) -> Coalesce:
    mine = Q(entry__postings__account__code=account.code) & (condition or Q())
    return Coalesce(Sum("entry__postings__amount", filter=mine), 0)


def _booked_unpaid() -> list:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT purchase.id FROM wallets_coinpurchase purchase
            JOIN ledger_entry entry ON entry.key = %s || ':' || purchase.id::text
            WHERE purchase.state <> %s
            """,
            [ENTRY_KIND, PurchaseState.PAID],
        )
        return [pk for (pk,) in cursor.fetchall()]


_GIFTS = {
    "every gift is booked as it was sent": """
        WITH booked AS (
            SELECT entry.id, entry.at,
                sum(posting.amount) FILTER (WHERE account.code = %(coins)s) AS coins,
                sum(posting.amount) FILTER (WHERE account.code = %(pending)s) AS diamonds,
                max(account.owner_id::text) FILTER (WHERE account.code = %(coins)s) AS viewer,
                max(account.owner_id::text) FILTER (WHERE account.code = %(pending)s) AS creator
            FROM ledger_entry entry
            JOIN ledger_posting posting ON posting.entry_id = entry.id
            JOIN ledger_account account ON account.id = posting.account_id
            WHERE entry.kind = 'gift' GROUP BY entry.id
        )
        SELECT coalesce(booked.id, gift.id)::text
        FROM wallets_gift gift FULL JOIN booked ON booked.id = gift.id
        WHERE gift.id IS NULL OR booked.id IS NULL OR booked.at <> gift.sent_at
            OR booked.coins IS DISTINCT FROM -gift.coins OR booked.viewer <> gift.viewer_id::text
            OR coalesce(booked.diamonds, 0) <> gift.diamonds OR booked.creator <> gift.creator_id::text
    """,
    "every gift has a type and is no gift to oneself": """
        SELECT gift.id::text FROM wallets_gift gift
        WHERE NOT EXISTS (SELECT 1 FROM wallets_gifttype WHERE id = gift.gift_type_id)
            OR gift.viewer_id = gift.creator_id
    """,
    "no day releases more than it earned": """
        SELECT account.owner_id::text || ' on ' || entry.day::text
        FROM ledger_posting posting
        JOIN ledger_entry entry ON entry.id = posting.entry_id
        JOIN ledger_account account ON account.id = posting.account_id
        WHERE account.code = %(pending)s AND (entry.reverses_id IS NULL OR posting.amount > 0)
        GROUP BY account.owner_id, entry.day HAVING sum(posting.amount) < 0
    """,
}


def audit_gifts() -> list[Finding]:
    """Every gift has its entry with the same coins and diamonds, every such entry its gift, and no creator
    had more released of a day than that day brought. Reversals that take away may come later and are left
    out; those that put back are not."""
    findings = []
    accounts = {"coins": VIEWER_COINS.code, "pending": CREATOR_DIAMONDS_PENDING.code}
    with connection.cursor() as cursor:
        for check, query in _GIFTS.items():
            cursor.execute(query, accounts)
            findings += [Finding(check, detail) for (detail,) in cursor.fetchall()]
    return findings

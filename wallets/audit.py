"""Compares the wallets' own rows with the books. `audit_books` runs this through `settings.LEDGER_AUDITS`."""

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from ledger.chart import COIN_FLOAT, COINS_ISSUED, PAYMENT_CLEARING, VIEWER_COINS, AccountType
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

"""What the ledger keeps about people."""

import uuid

from django.db.models import BigIntegerField, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from ledger.models import Account, Posting, Waiting
from ledger.personal_data import BOOKS, STAFF, Kept


def _accounts(person_id: uuid.UUID) -> QuerySet[Account]:
    inbox = Waiting.objects.filter(account_id=OuterRef("id"), rides=False).values("account_id")
    waiting = Subquery(inbox.annotate(sum=Sum("amount")).values("sum"), output_field=BigIntegerField())
    rows = Account.objects.filter(owner_id=person_id).order_by("code", "unit")
    return rows.annotate(balance=F("total") + Coalesce(waiting, 0))


def _postings(person_id: uuid.UUID) -> QuerySet[Posting]:
    accounts = list(Account.objects.filter(owner_id=person_id).values_list("id", flat=True))
    return Posting.objects.filter(account_id__in=accounts, listed=True).order_by("entry_id", "account_id")


KEPT = (
    Kept(
        model="ledger.Account",
        find=_accounts,
        file="books/accounts",
        about="Your accounts in our books: coins, diamonds and cash, each with its balance now.",
        left_out=("total", "folded", "floor", "credited", "debited"),
        also={"balance": "balance"},
        leaving=BOOKS,
    ),
    Kept(
        model="ledger.Posting",
        find=_postings,
        file="books/movements",
        about="Everything that ever moved on your accounts. What moved on one adds up to its balance.",
        left_out=("lifetime", "listed"),
        also={
            "account": "account__code",
            "unit": "account__unit",
            "kind": "entry__kind",
            "at": "entry__at",
            "counts_for_day": "entry__day",
        },
        leaving=BOOKS,
    ),
    *(
        Kept(
            model=f"ledger.{name}",
            about="The movements of books/movements, as the database keeps and sums them.",
            leaving=BOOKS,
        )
        for name in ("Transfer", "Credit", "Waiting", "DayTotal")
    ),
    Kept(model="ledger.Rate", about="Whom of staff a rate was set by.", leaving=STAFF),
)

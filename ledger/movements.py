"""What happened to one person's accounts in a stretch of time, for statements."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, Count, F, Min, Q, QuerySet, Sum, UUIDField, When
from django.db.models.functions import TruncDate

from ledger.models import Account, Posting
from ledger.moments import SKEW, first_id


@dataclass(frozen=True)
class Movement:
    """What entries of one kind together did to an account on one UTC day: one that is alone has its id."""

    code: str
    unit: str
    day: dt.date
    kind: str
    entry_id: uuid.UUID | None
    amount: int
    entries: int


@dataclass(frozen=True)
class Horizon:
    """What happened before `until` and was recorded by `recorded`. Two that follow each other share nothing
    and leave nothing out, however late something was recorded."""

    until: dt.datetime
    recorded: dt.datetime

    @property
    def within(self) -> Q:
        return Q(entry__at__lt=self.until, entry__recorded_at__lte=self.recorded)


def recorded_until_now() -> dt.datetime:
    """The database's own clock, by which entries are recorded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment


def movements(
    owner_id: uuid.UUID, codes: Sequence[str], *, to: Horizon, since: Horizon | None, alone: Sequence[str]
) -> list[Movement]:
    """By unit, day and kind, of all that lies between two horizons, or from the beginning. Entries of the
    kinds `alone` are told one by one."""
    accounts = _accounts(owner_id, codes)
    rows = _postings(accounts).filter(to.within)
    if since is not None:
        # Whatever is not within was recorded after `since.until`: nothing older is read.
        rows = rows.filter(~since.within, entry_id__gte=first_id(since.until - SKEW))
    single = Case(When(entry__kind__in=alone, then=F("entry_id")), output_field=UUIDField())
    sums = (
        rows.annotate(moved_on=TruncDate("entry__at", tzinfo=dt.UTC), single=single)
        .values_list("account_id", "moved_on", "entry__kind", "single")
        .annotate(sum=Sum("amount"), entries=Count("entry_id", distinct=True))
        .order_by("moved_on", "entry__kind", "single")
    )
    return [Movement(*accounts[account_id], *row) for account_id, *row in sums]


def first_movement_at(owner_id: uuid.UUID, codes: Sequence[str]) -> dt.datetime | None:
    rows = _postings(_accounts(owner_id, codes))
    moment: dt.datetime | None = rows.aggregate(first=Min("entry__at"))["first"]
    return moment


def sums_within(owner_id: uuid.UUID, codes: Sequence[str], to: Horizon) -> dict[tuple[str, str], int]:
    """{(code, unit): balance} from all within a horizon."""
    accounts = _accounts(owner_id, codes)
    rows = _postings(accounts).filter(to.within).values_list("account_id").annotate(sum=Sum("amount"))
    return {accounts[account_id]: amount for account_id, amount in rows}


def _accounts(owner_id: uuid.UUID, codes: Sequence[str]) -> dict[uuid.UUID, tuple[str, str]]:
    """Code and unit by id. Read first: by their ids postings are found in an index, whatever the planner
    knows."""
    rows = Account.objects.filter(owner_id=owner_id, code__in=codes)
    return {account_id: (code, unit) for account_id, code, unit in rows.values_list("id", "code", "unit")}


def _postings(accounts: Iterable[uuid.UUID]) -> QuerySet[Posting]:
    return Posting.objects.filter(listed=True, account_id__in=list(accounts))

import uuid

from django.db.models import QuerySet

from ledger.personal_data import BOOKS, Goes, Kept
from partnerships.income_streams import PAID_HERE
from partnerships.models import IncomeDay


def _paid_here(person_id: uuid.UUID) -> QuerySet[IncomeDay]:
    return IncomeDay.objects.filter(creator=person_id, stream__in=PAID_HERE).order_by("id")


def _reported(person_id: uuid.UUID) -> QuerySet[IncomeDay]:
    return IncomeDay.objects.filter(creator=person_id).exclude(stream__in=PAID_HERE).order_by("id")


KEPT = (
    Kept(
        model="partnerships.IncomeDay",
        find=_paid_here,
        file="income/days_paid_here",
        about="What programmes and affiliate links brought you day by day, in the currency's smallest part.",
        leaving=BOOKS,
    ),
    Kept(
        model="partnerships.IncomeDay",
        find=_reported,
        file="income/days_paid_elsewhere",
        about="What deals, merch and networks brought you day by day, in the currency's smallest part.",
        leaving=Goes(),
    ),
    Kept(
        model="partnerships.IncomeGoal",
        owner="creator",
        file="income/goals",
        about="What you wanted each kind of income to bring.",
        leaving=Goes(),
    ),
    Kept(
        model="partnerships.ImportRow",
        owner="importing__owner",
        file="imports/lines",
        about="Every line of the files you brought, as we read it.",
        leaving=Goes(),
    ),
    Kept(
        model="partnerships.Import",
        owner="owner",
        file="imports/files",
        about="Files of orders, deals and the like that you brought.",
        left_out=("digest",),
        leaving=Goes(),
    ),
)

"""Payments for brands' invoices, and the income that they make."""

import datetime as dt

from uuid_utils.compat import uuid7

from partnerships.income_streams import Stream
from partnerships.models import IncomeDay, InvoicePayment
from partnerships.operations.deal_payments import record_payment
from partnerships.queries.income import SOURCES
from tests.factories.partnerships_deals import NOW, TODAY, days


def paid(invoice, amount: int, on: dt.date = TODAY, key=None) -> InvoicePayment:
    return record_payment(
        creator=invoice.creator,
        invoice_id=invoice.pk,
        amount=amount,
        paid_date=on,
        key=key or uuid7(),
        at=NOW,
    )


def income(creator) -> dict:
    """{(day, state): amount}, which the rows one by one add up to as well."""
    kept = {
        (day.date, day.state): day.amount
        for day in IncomeDay.objects.filter(creator=creator, stream=Stream.BRAND_DEALS)
    }
    lines: dict = {}
    for line in SOURCES[Stream.BRAND_DEALS].lines(creator.pk, TODAY - days(400), TODAY + days(400)):
        lines[line.date, line.state] = lines.get((line.date, line.state), 0) + line.amount
    assert kept == lines
    return kept

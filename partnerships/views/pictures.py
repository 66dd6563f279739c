"""Charts, and the table beside each."""

from django.utils.formats import date_format

from partnerships.queries.stream_months import Months


def picture(months: Months, label: str) -> dict:
    """What the chart of a currency shows; `label` says what the amounts are."""
    return {
        "currency": months.currency,
        "columns": [date_format(first, "M") for first in months.firsts],
        "series": [(label, months.amounts)],
        "rows": list(zip(months.firsts, months.amounts, strict=True)),
    }

from babel import Locale
from babel.numbers import format_compact_decimal
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ledger.creators import creator_required
from ledger.units import format_amount, to_decimal
from partnerships.income_streams import Stream
from payouts.gates import failed, gates, next_step
from portal.charts import stacked_bars
from portal.income_forms import PeriodForm
from portal.queries.forecast import AGREED, EARNED, PROGRAMMES
from portal.queries.income import Income
from portal.queries.standing import FIRST
from portal.queries.studio import dashboard
from wallets.queries.streams import open_stream


@creator_required
@require_safe
def studio(request: HttpRequest) -> HttpResponse:
    now, currency, language = timezone.now(), request.user.base_currency, get_language() or "en"
    form = PeriodForm(request.GET)
    months, streams = form.wanted()
    checklist = gates(request.user, now)
    earned_heads = [(label, _rows_of(source)) for source, label in EARNED.items()]
    agreed_heads = [(label, _rows_of(source)) for source, label in AGREED.items()]
    board = dashboard(
        request.user,
        now,
        months=months,
        streams=streams,
        money=lambda parts: format_amount(parts, currency, language),
    )
    return render(
        request,
        "portal/studio.html",
        {
            "board": board,
            "form": form,
            "chart": _chart(board.income, language),
            "gate": next_step(failed(checklist)),
            "warnings": [gate for gate in checklist if gate.warning],
            "streams_query": "".join(f"&stream={stream}" for stream in streams if len(streams) < len(Stream)),
            "live": open_stream(request.user.pk),
            "earned_heads": earned_heads,
            "agreed_heads": agreed_heads,
            "forecast": [
                (
                    month.first,
                    zip(earned_heads, month.earned, strict=True),
                    zip(agreed_heads, month.agreed, strict=True),
                )
                for month in board.forecast
            ],
        },
        status=200 if form.is_valid() else 400,
    )


def _rows_of(source: str) -> str:
    """Where what the forecast counts on is listed."""
    pending = f"{reverse('income')}?since={FIRST}&state=pending"
    return {
        "gifts": "#calendar",
        "programmes": pending + "".join(f"&stream={stream}" for stream in PROGRAMMES),
        "commissions": f"{pending}&stream={Stream.AFFILIATE}",
        "invoices": reverse("partnerships:invoices"),
        "contracts": reverse("partnerships:deals"),
    }[source]


def _chart(income: Income, language: str) -> str:
    if not any(any(row.months) for row in income.rows):
        return ""
    many = len(income.months) > 12
    return stacked_bars(
        title="Income by month",
        description="One bar for each month, one layer for each kind; the table below has the same figures.",
        columns=[formats.date_format(first, "M y" if many else "M") for first in income.months],
        series=[(row.label, row.months) for row in income.rows],
        format=lambda parts: format_amount(parts, income.currency, language),
        tick=lambda parts: format_compact_decimal(
            to_decimal(parts, income.currency), locale=Locale.parse(language, sep="-")
        ),
        table=False,
    )

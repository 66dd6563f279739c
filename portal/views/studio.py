from babel import Locale
from babel.numbers import format_compact_decimal
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ledger.units import DIAMOND, format_amount, to_decimal
from payouts.gates import failed, gates
from portal.charts import stacked_bars
from portal.queries.studio import Month, dashboard
from wallets.queries.streams import open_stream


@login_required
@require_safe
def studio(request: HttpRequest) -> HttpResponse:
    if not request.user.is_creator:
        return redirect("/profile/#creator")
    now = timezone.now()
    board = dashboard(request.user, now)
    missing = failed(gates(request.user, now))
    return render(
        request,
        "portal/studio.html",
        {
            "board": board,
            "chart": _chart(board.months),
            "gate": missing[0] if missing else None,
            "live": open_stream(request.user.pk),
        },
    )


def _chart(months: list[Month]) -> str:
    if not any(month.gifts for month in months):
        return ""
    language = get_language() or "en"
    return stacked_bars(
        title="Diamonds from gifts, by month",
        description="One bar for each of the last twelve months; the table below has the same figures.",
        columns=[formats.date_format(month.first, "M") for month in months],
        series=[("Gifts", [month.diamonds for month in months])],
        format=lambda parts: format_amount(parts, DIAMOND, language),
        tick=lambda parts: format_compact_decimal(
            to_decimal(parts, DIAMOND), locale=Locale.parse(language, sep="-")
        ),
        table=False,
    )

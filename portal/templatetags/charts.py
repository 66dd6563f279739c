"""Pictures of amounts, for the products' pages."""

from collections.abc import Sequence

from babel import Locale
from babel.numbers import format_compact_decimal
from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from ledger.units import format_amount, to_decimal
from portal.charts import Series, stacked_bars

register = template.Library()


@register.simple_tag
def amount_bars(
    *, title: str, description: str, columns: Sequence[str], series: Series, unit: str
) -> SafeString:
    """{% amount_bars title=… description=… columns=days series=amounts unit="EUR" %}: stacked bars of amounts
    in the unit's smallest part. The page shows the same figures in a table beside it."""
    language = get_language() or "en"
    return stacked_bars(
        title=title,
        description=description,
        columns=columns,
        series=series,
        format=lambda parts: format_amount(parts, unit, language),
        tick=lambda parts: format_compact_decimal(
            to_decimal(parts, unit), locale=Locale.parse(language, sep="-"), fraction_digits=1
        ),
        table=False,
    )

"""Pictures of numbers as inline SVG, each with a name, a description and its figures in a table.

Widths are percentages and heights pixels, so that bars fill any width while words keep their size. Colours
come from `static/css/charts.css`: nothing here needs a style attribute.
"""

from collections.abc import Callable, Sequence
from itertools import count

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify

_HEIGHT = 200
_TOP = 20
_AXIS = 12  # percent of the width, for the figures at the left
_GAP = 0.32  # of a column's width stays empty

Series = Sequence[tuple[str, Sequence[int]]]


def stacked_bars(
    *,
    title: str,
    description: str,
    columns: Sequence[str],
    series: Series,
    format: Callable[[int], str],
    tick: Callable[[int], str],
    table: bool = True,
) -> SafeString:
    """One bar a column, one layer a series, from the bottom up. `series` holds (name, one whole number a
    column); `format` writes a number for people, `tick` the same in few characters. A number below zero draws
    nothing, and stands in the table; without `table` the page itself shows the figures beside the picture.
    Raises ValueError if a series has not one number a column."""
    for name, values in series:
        if len(values) != len(columns):
            raise ValueError(f"{name} has {len(values)} numbers for {len(columns)} columns.")
    return format_html(
        '<figure class="chart">{}{}{}</figure>',
        _picture(title, description, columns, series, format, tick),
        _legend(series),
        _table(title, columns, series, format) if table else "",
    )


def _picture(title, description, columns, series, format, tick) -> SafeString:
    peaks = [sum(max(values[place], 0) for _, values in series) for place in range(len(columns))]
    step = _step(max(peaks, default=0))
    top = max(step * -(-max(peaks, default=0) // step), step)
    name = f"chart-{slugify(title)}"
    return format_html(
        '<svg role="img" aria-labelledby="{0}-title {0}-desc" width="100%" height="{1}">'
        '<title id="{0}-title">{2}</title><desc id="{0}-desc">{3}</desc>{4}{5}{6}</svg>',
        name,
        _TOP + _HEIGHT + 28,
        title,
        description,
        _lines(range(0, top + 1, step), top, tick),
        _bars(columns, series, top, format),
        _labels(columns),
    )


def _step(peak: int) -> int:
    """The whole number 1, 2 or 5 with zeros that cuts the height into at most five parts."""
    steps = (digit * 10**zeros for zeros in count() for digit in (1, 2, 5))
    return next(step for step in steps if peak <= 5 * step)


def _y(value: int, top: int) -> float:
    return round(_TOP + _HEIGHT - _HEIGHT * value / top, 1)


def _lines(ticks, top, write) -> SafeString:
    return format_html_join(
        "",
        '<line class="rule" x1="0" x2="100%" y1="{0}" y2="{0}"/><text class="tick" x="0" y="{1}">{2}</text>',
        ((_y(tick, top), _y(tick, top) - 4, write(tick)) for tick in ticks),
    )


def _slots(columns) -> list[tuple[float, float]]:
    """Where each column starts and how wide it is, in percent."""
    width = (100 - _AXIS) / max(len(columns), 1)
    return [(_AXIS + width * place, width) for place in range(len(columns))]


def _bars(columns, series, top, format) -> SafeString:
    layers = []
    for place, (start, width) in enumerate(_slots(columns)):
        below = 0
        for number, (name, values) in enumerate(series, start=1):
            value = max(values[place], 0)
            if value:
                layers.append(
                    (
                        (number - 1) % 7 + 1,
                        round(start + width * _GAP / 2, 2),
                        round(width * (1 - _GAP), 2),
                        _y(below + value, top),
                        round(_HEIGHT * value / top, 1),
                        f"{columns[place]}, {name}: {format(value)}",
                    )
                )
            below += value
    return format_html_join(
        "",
        '<rect class="layer series-{}" x="{}%" width="{}%" y="{}" height="{}"><title>{}</title></rect>',
        layers,
    )


def _labels(columns) -> SafeString:
    many = len(columns) > 6
    return format_html_join(
        "",
        '<text class="label{}" x="{}%" y="{}">{}</text>',
        (
            (" minor" if many and place % 2 else "", round(start + width / 2, 2), _TOP + _HEIGHT + 20, column)
            for place, (column, (start, width)) in enumerate(zip(columns, _slots(columns), strict=True))
        ),
    )


def _legend(series) -> SafeString:
    if len(series) < 2:
        return SafeString("")
    return format_html(
        '<ul class="legend" role="list">{}</ul>',
        format_html_join(
            "",
            '<li><svg class="key" aria-hidden="true" width="12" height="12">'
            '<rect class="series-{}" width="12" height="12" rx="2"/></svg>{}</li>',
            (((place % 7) + 1, name) for place, (name, _) in enumerate(series)),
        ),
    )


def _table(title, columns, series, format) -> SafeString:
    names = [name for name, _ in series] + (["Total"] if len(series) > 1 else [])
    rows = []
    for place, column in enumerate(columns):
        values = [values[place] for _, values in series]
        values += [sum(values)] if len(series) > 1 else []
        cells = format_html_join("", '<td class="money">{}</td>', ((format(value),) for value in values))
        rows.append((column, cells))
    return format_html(
        '<details class="figures"><summary>The same in figures</summary>'
        '<div class="table-scroll" role="region" aria-label="{0}, in figures" tabindex="0">'
        '<table class="table"><caption class="visually-hidden">{0}</caption>'
        "<thead><tr><td></td>{1}</tr></thead>"
        "<tbody>{2}</tbody></table></div></details>",
        title,
        format_html_join("", '<th class="money" scope="col">{}</th>', ((name,) for name in names)),
        format_html_join("", '<tr><th scope="row">{}</th>{}</tr>', rows),
    )

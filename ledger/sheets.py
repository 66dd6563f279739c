"""CSV for people's spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(rows: Sequence[Mapping[str, object]], columns: Sequence[str] = ()) -> str:
    """A head and the rows; without rows `columns` name the head. Text that a spreadsheet would take for a
    formula gets an apostrophe before it; numbers are left alone."""
    head = list(rows[0]) if rows else columns or ["nothing to report"]
    return "".join(sheet_lines(rows, head))


def sheet_lines(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> Iterator[str]:
    """As `sheet`, a line at a time: for as many rows as there are."""
    line = io.StringIO()
    table = csv.DictWriter(line, columns, lineterminator="\r\n")
    table.writeheader()
    for row in rows:
        yield line.getvalue()
        line.seek(0)
        line.truncate()
        table.writerow({name: plain(cell) for name, cell in row.items()})
    yield line.getvalue()


def plain(cell: object) -> object:
    """A cell as it may stand in a spreadsheet: no formula."""
    if isinstance(cell, str) and cell.startswith(_FORMULA) and not _is_number(cell):
        return f"'{cell}"
    return cell


def _is_number(cell: str) -> bool:
    return cell[1:].replace(".", "", 1).isascii() and cell[1:].replace(".", "", 1).isdigit()

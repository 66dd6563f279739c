"""From a file's bytes to rows with the numbers of their lines. What it is, its content alone decides."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from partnerships.imports.currencies import without_currency
from partnerships.imports.dialects import Column, Layout

LARGEST = 5 * 1024 * 1024
"""Bytes."""
MOST_LINES = 50_000
LAST_HEAD = 30
"""Exports put titles and notes above the head, but not more lines than that."""
LONGEST_CELL = 20
"""Lines."""
_DELIMITERS = (",", ";", "\t", "|")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY = {
    b"PK\x03\x04": "This is a ZIP archive or a workbook. Unpack it, or save it as CSV, and bring the CSV.",
    b"\xd0\xcf\x11\xe0": "This is a workbook of Excel: save it there as CSV, and bring that file.",
    b"%PDF-": "This is a PDF. Bring the export as CSV.",
}


class UnreadableFile(ValueError):
    """Not a file of this kind; `code` names why to programs, `field` what would answer it."""

    codes = {
        "empty": "There is nothing in it.",
        "too_large": "It is larger than 5 MB.",
        "too_long": "It has more than 50,000 rows.",
        "type": "It is no text.",
        "encoding": "It is damaged: half a letter.",
        "damaged": "One of its lines can't be read.",
        "head": "No line names all the columns that are needed.",
        "no_rows": "There are no rows below its head, or none that mean anything here.",
        "day_order": "Its days can be read in two ways: say in `day_order` which is meant.",
    }

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.field = code if code == "day_order" else "file"


@dataclass(frozen=True)
class Line:
    """`number` counts from 1 and is that of its first line in the file; `problem` says why its cells count
    for nothing."""

    number: int
    values: dict[str, str]
    raw: str
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """`titles` are the file's own, by the name of the column; `layout` is the code of the one it has."""

    layout: str
    titles: dict[str, str]
    lines: list[Line]


def table_of(content: bytes, layouts: Sequence[Layout]) -> Table:
    """Find the head and whose it is, and read what is below it. Raises UnreadableFile."""
    text = _decoded(content)
    near: list[tuple[float, Layout, dict[str, int]]] = []
    for delimiter in _DELIMITERS:
        for place, (_, cells) in enumerate(islice(_rows(text, delimiter), LAST_HEAD)):
            found = [(layout, _recognised(cells, layout.columns)) for layout in layouts]
            whole = [(layout, names) for layout, names in found if not _missing(layout, names)]
            if whole:
                layout, names = max(whole, key=lambda each: len(each[1]))
                titles = {name: cells[at].strip() for name, at in names.items()}
                return Table(layout.code, titles, _lines(text, delimiter, place, names, len(cells)))
            near += [(_nearness(layout, names), layout, names) for layout, names in found]
    raise UnreadableFile("head", _what_is_missing(layouts, near))


def _missing(layout: Layout, names: Mapping[str, int]) -> list[str]:
    return [column.titles[0] for column in layout.columns if column.required and column.name not in names]


def _nearness(layout: Layout, names: Mapping[str, int]) -> float:
    required = sum(column.required for column in layout.columns)
    return (required - len(_missing(layout, names))) / required


def _what_is_missing(layouts: Sequence[Layout], near: list[tuple[float, Layout, dict[str, int]]]) -> str:
    share, nearest, names = max(near, key=lambda each: (each[0], len(each[2])))
    missing = f"{', '.join(_missing(nearest, names))} can't be found."
    if len(layouts) == 1:
        return f"No line names all the columns: {missing}"
    known = ", ".join(layout.label for layout in layouts)
    if not share:
        needs = "; ".join(f"{layout.label}: {', '.join(_missing(layout, {}))}" for layout in layouts)
        return f"No line has the columns of any of {known}. They need, {needs}."
    return f"No line has all the columns of one of {known}. It looks most like {nearest.label}, but {missing}"


def _decoded(content: bytes) -> str:
    if not content.strip():
        raise UnreadableFile("empty", "This file is empty. Choose another one.")
    if len(content) > LARGEST:
        raise UnreadableFile("too_large", "This file is larger than 5 MB. Bring it in parts.")
    for start, words in _BINARY.items():
        if content.startswith(start):
            raise UnreadableFile("type", words)
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise UnreadableFile("encoding", "This file is damaged. Export it anew.") from error
        text = content.decode("cp1252" if _is_windows(content) else "latin-1")
    if "\0" in text:
        raise UnreadableFile("type", "This is no text. Bring the export as CSV.")
    return text


def _is_windows(content: bytes) -> bool:
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of each row that has any."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile("damaged", f"Line {start} can't be read: {error}.") from error


def _recognised(cells: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    places = {_bare(cell): place for place, cell in reversed(list(enumerate(cells)))}
    found = {}
    for column in columns:
        for title in column.titles:
            if _bare(title) in places:
                found[column.name] = places[_bare(title)]
                break
    return found


def _bare(title: str) -> str:
    """ "Ad Fees($)", "ad_fees" and "adFees" are the same."""
    title = title.strip().casefold()
    return re.sub(r"[\W_]+", "", without_currency(title)) or title


def _lines(text: str, delimiter: str, head: int, found: dict[str, int], width: int) -> list[Line]:
    lines = []
    for place, (number, cells) in enumerate(_rows(text, delimiter)):
        if place <= head:
            continue
        if len(lines) == MOST_LINES:
            raise UnreadableFile(
                "too_long", f"This file has more than {MOST_LINES:,} rows. Bring it in parts."
            )
        values = {name: cells[at] if at < len(cells) else "" for name, at in found.items()}
        lines.append(Line(number, values, delimiter.join(cells)[:500], _problem(cells, width)))
    if not lines:
        raise UnreadableFile("no_rows", "Below its head this file has no rows.")
    return lines


def _problem(cells: Sequence[str], width: int) -> str:
    if any(cell.strip() for cell in cells[width:]):
        return f"It has {len(cells)} cells, the head {width}."
    if any(cell.count("\n") > LONGEST_CELL for cell in cells):
        return "A quotation mark that opens on this line is never closed, so all below it is lost."
    return ""

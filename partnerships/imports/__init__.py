"""Spreadsheets that people bring, read row by row.

A *dialect* says which columns a kind of file has, how one of its rows is read, what makes a row the same as
one that came before, and what accepting rows does. Everything else is the same for all of them and lives
here (files and cells) and in `operations.imports` (upload, preview, confirm). To add one, write a `Dialect`
in `operations/<noun>_import.py` and name it in `operations.imports.DIALECTS`; `operations.metric_import` is
the smallest example.
"""

from partnerships.imports.cells import Cells
from partnerships.imports.dialects import BadRow, Column, Dialect, Kind, Layout, Row
from partnerships.imports.files import Line, Table, UnreadableFile, table_of
from partnerships.imports.readings import LOCALES, ORDERS, Chosen, Reading, reading_of

__all__ = [
    "LOCALES",
    "ORDERS",
    "BadRow",
    "Cells",
    "Chosen",
    "Column",
    "Dialect",
    "Kind",
    "Layout",
    "Line",
    "Reading",
    "Row",
    "Table",
    "UnreadableFile",
    "reading_of",
    "table_of",
]

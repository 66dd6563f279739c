"""The zip of everything that the portal keeps about a person: what is in it, and how it is written.

Rows come from the database in blocks and leave into the zip at once, so that a long life needs no more memory
than a short one."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string

from ledger import vault
from ledger.personal_data import Kept, everything
from ledger.sheets import plain

BLOCK = 1_000
MANY = 200
"""From so many rows on there is a CSV file, too."""
_ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
_JSON = DjangoJSONEncoder(ensure_ascii=False)


def told() -> list[Kept]:
    """What people get, a file each."""
    return [kept for kept in everything() if kept.file]


def write_zip(sink, *, person, at, step: Callable[[int], None]) -> None:
    """Write everything about a person to `sink`. `step` is told how many files are done, several times for a
    long one; it may raise to stop the work."""
    counts: dict[str, int] = {}
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        for done, kept in enumerate(told()):
            counts[kept.file] = _write(archive, kept, person.pk, lambda done=done: step(done))
        files = [(kept, counts[kept.file]) for kept in told()]
        context = {
            "person": person,
            "at": at,
            "site_name": settings.SITE_NAME,
            "support": settings.SUPPORT_EMAIL,
            "files": [(kept, count) for kept, count in files if count],
            "empty": [kept for kept, count in files if not count],
            "many": MANY,
        }
        archive.writestr("README.txt", render_to_string("portal/personal_data/readme.txt", context))
    step(len(files))


def _write(archive: ZipFile, kept: Kept, person_id, beat: Callable[[], None]) -> int:
    """Returns the number of rows; where there are none, there is no file."""
    rows = _rows(kept, person_id, beat)
    if (first := next(rows, None)) is None:
        return 0
    with archive.open(f"{kept.file}.json", "w", force_zip64=True) as file:
        file.write(b"[\n" + _json(first))
        count = 1
        for row in rows:
            file.write(b",\n" + _json(row))
            count += 1
        file.write(b"\n]\n")
    if count >= MANY:
        _write_sheet(archive, kept, person_id, beat)
    if kept.vault or kept.text:
        _write_attached(archive, kept, person_id, beat)
    return count


def _rows(kept: Kept, person_id, beat: Callable[[], None]) -> Iterator[dict]:
    lookups = [*kept.columns, *kept.also.values()]
    names = [*kept.columns, *kept.also]
    rows = kept.rows(person_id).values_list(*lookups).iterator(chunk_size=BLOCK)
    for number, row in enumerate(rows):
        if number % BLOCK == 0:
            beat()
        yield dict(zip(names, row, strict=True))


def _json(row: dict) -> bytes:
    return _JSON.encode(row).encode()


def _write_sheet(archive: ZipFile, kept: Kept, person_id, beat: Callable[[], None]) -> None:
    """Read once more: two files of a zip can't be written at the same time."""
    with archive.open(f"{kept.file}.csv", "w", force_zip64=True) as file:
        sheet = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
        table = csv.writer(sheet, lineterminator="\r\n")
        table.writerow([*kept.columns, *kept.also])
        for row in _rows(kept, person_id, beat):
            table.writerow([_cell(value) for value in row.values()])
        sheet.detach()


def _cell(value: object) -> object:
    if isinstance(value, dict | list | tuple):
        return _JSON.encode(value)
    return "" if value is None else plain(str(value))


def _write_attached(archive: ZipFile, kept: Kept, person_id, beat: Callable[[], None]) -> None:
    names = [column.name for column in kept.table._meta.concrete_fields]
    wanted = ["pk", kept.vault or kept.text, *(["content_type"] if "content_type" in names else [])]
    for row_id, content, *content_type in kept.rows(person_id).values_list(*wanted).iterator(chunk_size=20):
        beat()
        name = str(PurePosixPath(kept.file) / str(row_id))
        if kept.text:
            archive.writestr(f"{name}.csv", content)
            continue
        try:
            archive.writestr(name + _ENDINGS.get("".join(content_type), ""), vault.read(content))
        except vault.FileLost as lost:
            archive.writestr(f"{name}.lost.txt", f"{lost}\n")

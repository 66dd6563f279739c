"""Where the log bytes of a gift go: `python -m bench.wal`."""

import re
import subprocess
from collections import Counter

from django.db import connection

from bench import cluster

_RECORD = re.compile(r"^rmgr: (\S+)\s+len \(rec/tot\):\s*(\d+)/\s*(\d+),.*?desc: (\S+)")
_PLACE = re.compile(r"blkref #\d+: rel \d+/\d+/(\d+)")


def position() -> str:
    """Where the log stands; all before it is on disk."""
    with cluster.connect() as admin:
        return admin.execute("SELECT pg_logical_emit_message(true, 'bench', '')::text").fetchone()[0]


def breakdown(start: str, end: str) -> tuple[Counter, Counter]:
    """({(relation, record): bytes}, {(relation, record): records}) between two positions of the log."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        folder = cursor.fetchone()[0]
        cursor.execute("SELECT pg_relation_filenode(oid)::text, relname FROM pg_class WHERE relfilenode <> 0")
        names = dict(cursor.fetchall())
    command = [cluster.tool("pg_waldump"), "-p", f"{folder}/pg_wal", "-s", start, "-e", end]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    sizes, numbers = Counter(), Counter()
    for line in told.splitlines():
        manager, _, total, record = _RECORD.match(line).groups()
        place = _PLACE.search(line)
        kind = (names.get(place.group(1), "other") if place else "-", f"{manager} {record.rstrip(':')}")
        if " FPW" in line:
            kind = (kind[0], f"{kind[1]} with a page")
        sizes[kind] += int(total)
        numbers[kind] += 1
    return sizes, numbers

"""The audit of the books after each test, without the parts that can't have changed.

An audit reads the database alone. On the database as migrations left it, it finds nothing and reads certain
tables; while no row of these is written, it reads the same rows again and finds nothing again.
"""

import re
from functools import cache

from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils.module_loading import import_string

from ledger.queries import Finding, audit
from tests import database

_read: dict[str, set[str]] = {}


def learn() -> None:
    """Which tables each product's audit reads where there is nothing to find."""
    for path in settings.LEDGER_AUDITS:
        statements: list[str] = []

        def listen(execute, sql, params, many, context, heard=statements):
            heard.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(listen):
            assert import_string(path)() == []
        words = {word for sql in statements for word in re.findall(r"\w+", sql)}
        _read[path] = words & _tables()


@cache
def _tables() -> frozenset[str]:
    return frozenset(connection.introspection.table_names())


def differences() -> list[Finding]:
    """What `ledger.queries.audit` finds, inside the transaction that a test began on the kept database."""
    written = database.written()
    touched = [path for path in settings.LEDGER_AUDITS if _read[path] & written]
    with override_settings(LEDGER_AUDITS=touched):
        return audit()

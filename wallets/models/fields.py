from django.db import models
from django.db.models import Func


class TransactionIdField(models.Field):
    """The id of the database transaction that wrote the row, set by the database; an integer to Python.

    Rows become visible when their transaction commits, in another order than their clocks say. A reader that
    compares this with the snapshot of an earlier look knows exactly which rows are new to it."""

    def __init__(self, **options) -> None:
        super().__init__(**options | {"editable": False, "db_default": Func(function="pg_current_xact_id")})

    def db_type(self, connection) -> str:
        return "xid8"

    def deconstruct(self) -> tuple:
        name, path, arguments, options = super().deconstruct()
        del options["editable"], options["db_default"]
        return name, path, arguments, options

    def from_db_value(self, value, expression, connection) -> int | None:
        return None if value is None else int(value)

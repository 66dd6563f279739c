"""A gift's own SQL statement, with numbers where the people and the key were.

What pgbench runs is made from what the operation has really sent, so that both always call the same function
with the same arguments, whatever those are today."""

import uuid
from collections.abc import Callable

from django.db import connection
from psycopg import sql

from bench.load import ACCEPTED, Crowd, Wish
from ledger.chart import CREATOR_DIAMONDS_PENDING, VIEWER_COINS


class NotOneStatement(Exception):
    """The gift was not sent in one SQL statement, so there is nothing to give pgbench."""


def statements(send: Callable[[Wish], str], wish: Wish) -> list[tuple[str, tuple]]:
    """(SQL, parameters) of all that Django sends for one gift."""
    seen = []

    def note(execute, statement, parameters, many, context):
        seen.append((statement, tuple(parameters or ())))
        return execute(statement, parameters, many, context)

    with connection.execute_wrapper(note):
        if send(wish) != wish.outcome:
            raise NotOneStatement("The gift that was to be captured was not accepted.")
    return seen


def template(send: Callable[[Wish], str], crowd: Crowd) -> str:
    """The statement with places for three numbers: {viewer} and {creator} name rows of bench_viewer and
    bench_creator, {number} makes the key unique."""
    wish = Wish(crowd.viewers[0], crowd.creators[0], f"page:{uuid.uuid4()}", ACCEPTED)
    sent = statements(send, wish)
    if len(sent) != 1:
        raise NotOneStatement(f"{len(sent)} statements: {[statement for statement, _ in sent]}")
    statement, parameters = sent[0]
    pieces = statement.split("%s")
    expressions = [_expression(value, wish) for value in parameters]
    call = "".join(
        f"{piece}{expression}" for piece, expression in zip(pieces, [*expressions, ""], strict=True)
    )
    return (
        f"SELECT sent.* FROM bench_viewer viewer, bench_creator creator, LATERAL ({call}) sent"  # noqa: S608
        " WHERE viewer.n = {viewer} AND creator.n = {creator}"
    )


def _expression(value: object, wish: Wish) -> str:
    places = {
        wish.viewer.pk: "viewer.id",
        VIEWER_COINS.of(wish.viewer.pk).id: "viewer.account",
        wish.creator.pk: "creator.id",
        CREATOR_DIAMONDS_PENDING.of(wish.creator.pk).id: "creator.account",
    }
    if isinstance(value, list):
        return f"ARRAY[{', '.join(_expression(each, wish) for each in value)}]"
    if isinstance(value, uuid.UUID) and value in places:
        return places[value]
    if isinstance(value, uuid.UUID) and value.version == 7 and _is_new(value):
        return "uuidv7()"
    if isinstance(value, str) and wish.key in value:
        filled = value.replace(str(wish.viewer.pk), "' || viewer.id || '")
        return f"'{filled.replace(wish.key, _key_of_number(wish.key))}'"
    if hasattr(value, "tzinfo"):
        return "clock_timestamp()"
    written = sql.Literal(value).as_string(connection.connection)
    return written.replace("{", "{{").replace("}", "}}")


def _is_new(value: uuid.UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM ledger_entry WHERE id = %s)", [value])
        return cursor.fetchone()[0]


def _key_of_number(key: str) -> str:
    """As long as the key: what it weighs in the log is part of what is measured."""
    return f"' || lpad({{number}}::text, {len(key)}, '0') || '"

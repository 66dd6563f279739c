"""A gift's own SQL statement, with numbers where the people and the key were.

What pgbench runs is made from what the operation has really sent, so that both always call the same function
with the same arguments, whatever those are today."""

import datetime as dt
import json
import uuid
from collections.abc import Callable

from django.db import connection
from psycopg import sql

from bench.load import ACCEPTED, Crowd, Wish
from ledger.chart import CREATOR_DIAMONDS_PENDING, VIEWER_COINS

_MD5 = 32


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
    """The statement with places: {viewer} and {creator} for the numbers of bench_viewer and bench_creator,
    {number} for what makes the key unique, {at} for when it is sent."""
    wish, (statement, parameters) = _capture(send, crowd)
    _, (_, others) = _capture(send, crowd)
    pieces = statement.split("%s")
    expressions = [f"({_expression(*pair, wish)})" for pair in zip(parameters, others, strict=True)]
    call = "".join(map("".join, zip(pieces, [*expressions, ""], strict=True)))
    return (
        f"SELECT sent.* FROM bench_viewer viewer, bench_creator creator, LATERAL ({call}) sent"  # noqa: S608
        " WHERE viewer.n = {viewer} AND creator.n = {creator}"
    )


def _capture(send: Callable[[Wish], str], crowd: Crowd) -> tuple[Wish, tuple[str, tuple]]:
    wish = Wish(crowd.viewers[0], crowd.creators[0], f"page:{uuid.uuid4()}", ACCEPTED)
    sent = statements(send, wish)
    if len(sent) != 1:
        raise NotOneStatement(f"{len(sent)} statements: {[statement for statement, _ in sent]}")
    return wish, sent[0]


def _expression(value: object, other: object, wish: Wish) -> str:
    """`other` is what stood in the same place when the same viewer sent the same gift under another key."""
    people = {
        wish.viewer.pk: "viewer.id",
        VIEWER_COINS.of(wish.viewer.pk).id: "viewer.account",
        wish.creator.pk: "creator.id",
        CREATOR_DIAMONDS_PENDING.of(wish.creator.pk).id: "creator.account",
    }
    if isinstance(value, str) and value.startswith("[{"):
        gifts = zip(json.loads(value), json.loads(other), strict=True)
        return f"jsonb_build_array({', '.join(_gift(*pair, wish) for pair in gifts)})"
    if value == []:
        return "'{{}}'::text[]"
    if isinstance(value, list):
        return f"ARRAY[{', '.join(_expression(*pair, wish) for pair in zip(value, other, strict=True))}]"
    if isinstance(value, uuid.UUID) and value in people:
        return people[value]
    if isinstance(value, dt.datetime):
        return "{at}"
    if isinstance(value, uuid.UUID) and value != other:
        return "uuidv7()" if value.version == 7 else "md5({number}::text)::uuid"
    if isinstance(value, str) and value != other:
        return _key(value, other)
    written = sql.Literal(value).as_string(connection.connection)
    return written.replace("{", "{{").replace("}", "}}")


def _gift(value: dict, other: dict, wish: Wish) -> str:
    facts = [f"'{name}', {_expression(_read(value[name]), _read(other[name]), wish)}" for name in value]
    return f"jsonb_build_object({', '.join(facts)})"


def _read(told: object) -> object:
    """What JSON tells as text."""
    for kind in (uuid.UUID, dt.datetime.fromisoformat):
        try:
            return kind(told)
        except (TypeError, ValueError, AttributeError):
            pass
    return told


def _key(value: str, other: str) -> str:
    """As long as the key, and as random: what it weighs in the log is part of what is measured."""
    start = next(place for place, (one, two) in enumerate(zip(value, other, strict=True)) if one != two)
    if len(value) - start > _MD5:
        return f"'{value[:start]}' || lpad({{number}}::text, {len(value) - start}, md5({{number}}::text))"
    return f"'{value[:start]}' || left(md5({{number}}::text), {len(value) - start})"

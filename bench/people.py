"""The database that every measurement starts from: migrated, with viewers who hold coins, and creators."""

import hashlib
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.db.transaction import atomic
from django.utils import timezone

from bench import cluster
from ledger.chart import COINS_ISSUED, COINS_REDEEMED, CREATOR_DIAMONDS_PENDING, DIAMONDS_ISSUED, VIEWER_COINS
from ledger.operations import Transfer, fold, open_accounts, post

TEMPLATE = "bench_template"
VIEWERS = 10_000
CREATORS = 1_000
BROKE = 100
"""Viewers without a coin, for the gifts that must be refused."""
COINS = 10_000_000
_SHAPE = f"{VIEWERS} viewers with {COINS} coins, {BROKE} without, {CREATORS} creators"


def prepare() -> None:
    """Make the template, unless it is there already and neither code of the database nor people changed."""
    shape = f"{_SHAPE}; {_digest_of_migrations()}"
    if _known_shape() == shape:
        return
    cluster.create(TEMPLATE)
    cluster.use(TEMPLATE)
    call_command("migrate", verbosity=0)
    with atomic():
        _settle()
    fold()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(f"COMMENT ON DATABASE {TEMPLATE} IS '{shape}'")
    cluster.use(cluster.MAINTENANCE)


def _known_shape() -> str | None:
    with cluster.connect() as admin:
        found = admin.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [TEMPLATE]
        ).fetchone()
    return found[0] if found else None


def _digest_of_migrations() -> str:
    root = Path(__file__).resolve().parent.parent
    files = sorted([*root.glob("*/migrations/*.py"), *root.glob("*/sql/*.sql"), Path(__file__)])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _settle() -> None:
    now = timezone.now()
    viewers = _make("viewer", VIEWERS + BROKE)
    creators = _make("creator", CREATORS)
    coins = {viewer.pk: VIEWER_COINS.of(viewer.pk) for viewer in viewers}
    pending = {creator.pk: CREATOR_DIAMONDS_PENDING.of(creator.pk) for creator in creators}
    platform = [COINS_ISSUED.platform(), COINS_REDEEMED.platform(), DIAMONDS_ISSUED.platform()]
    open_accounts([*coins.values(), *pending.values(), *platform])
    for viewer in viewers[:VIEWERS]:
        transfer = Transfer(COINS_ISSUED.platform(), coins[viewer.pk], COINS)
        post(kind="coin_purchase", key=f"bench:{viewer.pk}", at=now, transfers=[transfer])
    _number("bench_viewer", viewers, coins)
    _number("bench_creator", creators, pending)


def _make(role: str, count: int) -> list:
    """Their order is that of their numbers, from 1 on."""
    User = get_user_model()
    return User.objects.bulk_create(
        User(
            email=f"{role}{number}@bench.test",
            handle=f"{role}{number}",
            display_name=f"{role.title()} {number}",
            country="DE",
            base_currency="EUR",
            is_creator=role == "creator",
            password="!",  # noqa: S106
        )
        for number in range(1, count + 1)
    )


def _number(table: str, people: list, accounts: dict) -> None:
    """A table by which pgbench finds a person's id and account from a number it has rolled."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {table} (n integer PRIMARY KEY, id uuid, account uuid)")
        cursor.executemany(
            f"INSERT INTO {table} VALUES (%s, %s, %s)",  # noqa: S608
            [(number, each.pk, accounts[each.pk].id) for number, each in enumerate(people, 1)],
        )


def people(role: str) -> list:
    """Everybody of this role, the first number first."""
    found = list(get_user_model().objects.filter(email__startswith=role))
    return sorted(found, key=lambda person: int(person.handle.removeprefix(role)))

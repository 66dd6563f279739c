"""The database that every measurement starts from: migrated, with viewers who hold coins, and creators."""

import datetime as dt
import hashlib
from functools import cache

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.db.transaction import atomic
from django.utils import timezone

from bench import cluster
from bench.peers.models import Wallet
from bench.plan import Plan
from ledger.chart import COINS_ISSUED, COINS_REDEEMED, CREATOR_DIAMONDS_PENDING, DIAMONDS_ISSUED, VIEWER_COINS
from ledger.operations import Transfer, fold, open_accounts, post

COINS = 10_000_000


def broke(viewers: list) -> int:
    """How many of them, at the end, hold no coin: for the gifts that must be refused."""
    return len(viewers) // 100


def template(plan: Plan) -> str:
    """The name of the database, which is made unless it is there already and the code behind it the same."""
    name, digest = f"bench_people_{plan.viewers}_{plan.creators}", _digest()
    if cluster.comment(name) != digest:
        cluster.create(name)
        cluster.use(name)
        call_command("migrate", verbosity=0)
        with connection.schema_editor() as editor:
            for model in apps.get_app_config("peers").get_models():
                editor.create_model(model)
        with atomic():
            _settle(plan)
        fold()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        cluster.use(cluster.MAINTENANCE)
        cluster.set_comment(name, digest)
    return name


@cache
def _digest() -> str:
    """Of the code that this process has read; what is written meanwhile is for the next."""
    root = settings.BASE_DIR
    files = sorted([*root.glob("*/migrations/*.py"), *root.glob("*/sql/*.sql")])
    files += [root / "bench/people.py", root / "bench/peers/models.py"]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _settle(plan: Plan) -> None:
    now = timezone.now()
    viewers = _make("viewer", plan.viewers)
    creators = _make("creator", plan.creators)
    coins = {viewer.pk: VIEWER_COINS.of(viewer.pk) for viewer in viewers}
    pending = {creator.pk: CREATOR_DIAMONDS_PENDING.of(creator.pk) for creator in creators}
    platform = [COINS_ISSUED.platform(), COINS_REDEEMED.platform(), DIAMONDS_ISSUED.platform()]
    open_accounts([*coins.values(), *pending.values(), *platform])
    for viewer in viewers[: -broke(viewers)]:
        transfer = Transfer(COINS_ISSUED.platform(), coins[viewer.pk], COINS)
        post(kind="coin_purchase", key=f"bench:{viewer.pk}", at=now, transfers=[transfer])
    _number("bench_viewer", viewers, coins)
    _number("bench_creator", creators, pending)
    _settle_with_peers(viewers, creators, now)


def _settle_with_peers(viewers: list, creators: list, now: dt.datetime) -> None:
    rich = viewers[: -broke(viewers)]
    Wallet.objects.bulk_create(Wallet(owner=each, unit="coin", balance=COINS) for each in rich)
    Wallet.objects.bulk_create(Wallet(owner=each, unit="coin") for each in viewers[len(rich) :])
    Wallet.objects.bulk_create(Wallet(owner=each, unit="diamond") for each in creators)
    if settings.HORDAK:
        from bench.peers import hordak

        hordak.open_accounts(viewers, creators, rich, COINS, now)


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


def called(role: str) -> list:
    """Everybody of this role, the first number first."""
    found = list(get_user_model().objects.filter(email__startswith=role))
    return sorted(found, key=lambda person: int(person.handle.removeprefix(role)))

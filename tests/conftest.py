"""What every test shares: an empty database whose books are audited after each test that touched it."""

import os

import pytest
from django.core.management import call_command
from django.db import connection, connections

from tests.payouts.bank import _running_bank, bank, us_paid_by_bank  # noqa: F401
from tests.payouts.stripe_site import _running_stripe, stripe_site  # noqa: F401

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's loop runs in the tests' thread


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests with real threads are cleaned up by TRUNCATE, which the books refuse: lift that one rule."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table, trigger in _truncate_triggers(cursor):
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{trigger}"')
        # pytest-django keeps what migrations loaded only where a test's own mark asks for it. The class holds
        # it, because inside a browser's event loop Django has another connection object.
        type(connections["default"])._test_serialized_contents = connection.creation.serialize_db_to_string()
    _restore_onto_empty_tables()
    yield
    # A connection that was opened inside the browser's event loop belongs to nobody when the loop has ended.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _restore_onto_empty_tables() -> None:
    """Before a test with real threads Django puts back what migrations loaded. The first time it is all still
    there, and putting it back would be an update, which append-only tables refuse."""
    creation = type(connection.creation)
    restore = creation.deserialize_db_from_string

    def onto_empty_tables(self, data: str) -> None:
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
        restore(self, data)

    creation.deserialize_db_from_string = onto_empty_tables


def _truncate_triggers(cursor) -> list[tuple[str, str]]:
    cursor.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 <> 0"
    )
    return cursor.fetchall()


def _uses_database(item: pytest.Item) -> bool:
    return bool({"db", "transactional_db", "live_server"} & set(item.fixturenames)) or bool(
        item.get_closest_marker("django_db")
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What migrations load (rates, catalogues, policies) is there after a test with real threads, too. Tests
    in a browser come last: once it runs, its event loop stays in this thread."""
    for item in filter(_uses_database, items):
        item.fixturenames.append("django_db_serialized_rollback")
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(autouse=True)
def _settings(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.CACHES = {"default": {"BACKEND": "tests.cache.Cache"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "private"},
        }
    }
    settings.SANDBOX_CHECKOUT_FILE = tmp_path / "checkout" / "checkouts.sqlite3"
    settings.LEDGER_RATE_NOTICE = {}  # tests that are about something else set rates from now on
    # Over the bank alone: tests that are about another rail name it.
    settings.PAYOUT_RAILS = {"sepa": "payouts.rails.sepa.rail.SepaRail"}


@pytest.fixture(autouse=True)
def _audited_books(request):
    """Every test that could move money ends with the books proven, before its rows are gone."""
    if not _uses_database(request.node):
        yield
        return
    request.getfixturevalue("db")
    yield
    from ledger.queries import audit

    assert audit() == []

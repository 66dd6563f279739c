"""What every test shares: an empty database whose books are audited after each test that touched it."""

import os

import pytest
from django.db import connection
from django.test import TransactionTestCase

from ledger.queries import audit
from tests import books, database
from tests.payouts.bank import _running_bank, bank, us_paid_by_bank  # noqa: F401
from tests.payouts.stripe_site import _running_stripe, stripe_site  # noqa: F401
from wallets.queries import gift_wishes

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's loop runs in the tests' thread


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests with real threads are cleaned up by putting every row back, what migrations load included."""
    with django_db_blocker.unblock():
        database.keep()
        books.learn()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", database.restore)
        yield
    # A connection that was opened inside the browser's event loop belongs to nobody when the loop has ended.
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _uses_database(item: pytest.Item) -> bool:
    return bool({"db", "transactional_db", "live_server"} & set(item.fixturenames)) or bool(
        item.get_closest_marker("django_db")
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a browser come last: once it runs, its event loop stays in this thread. The longest of them
    come first, so that nobody waits for them alone."""

    def turn(item: pytest.Item) -> tuple[bool, bool]:
        in_a_browser = item.get_closest_marker("browser") is not None
        return in_a_browser, in_a_browser and item.get_closest_marker("slow") is None

    items.sort(key=turn)


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
    settings.FX_SET_DAYS = 3650  # tests set a rate once
    settings.LEDGER_RATE_NOTICE = {}  # tests that are about something else set rates from now on
    gift_wishes.forget()
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
    assert (books.differences() if connection.in_atomic_block else audit()) == []

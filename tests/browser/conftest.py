"""A real browser for the tests below: Debian's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

expect.set_options(timeout=20_000)  # milliseconds: a busy machine is slow, not wrong

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    chromium = os.environ.get("PORTAL_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        reason = "No Chromium: install Debian's `chromium` package or name one in PORTAL_CHROMIUM."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return browser_type_launch_args | {"executable_path": chromium, "args": list(FLAGS)}


@pytest.fixture(autouse=True)
def _plain_site(settings):
    """Over plain HTTP, with static files by their own names, and no feed but where a test runs one."""
    settings.FEED_URL, settings.FEED_PORT = "", 0
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def login(live_server) -> Callable:
    """`login(page, user)`: the page's browser is that person's from now on."""

    def log_in(page: Page, user) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies["sessionid"]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return log_in

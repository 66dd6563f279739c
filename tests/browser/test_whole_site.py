"""The money path as people walk it, on the site that `make demo` runs: its own database, broker, worker,
schedule, checkout and bank, each a process of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import BrowserContext, Page, expect

from portal.settings import BASE_DIR
from tests.ports import free_port

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "portal-demo"
READY_SECONDS = 300
PAID_SECONDS = 120_000  # milliseconds, for the worker, the bank and the schedule between them


@dataclass(frozen=True)
class Demo:
    address: str
    folder: Path
    """Where its code is, and the data of one that somebody else began."""
    environment: dict[str, str]


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[Demo]:
    """A running demo: the one whose folder and address are given by PORTAL_DEMO, or else one of our own."""
    other = ("DATABASE_URL", "CACHE_URL", "PORTAL_STATE", "XDG_RUNTIME_DIR")
    ours = {name: value for name, value in os.environ.items() if name not in other} | {"DEBUG": "true"}
    if given := os.environ.get("PORTAL_DEMO"):
        folder, address = given.split()
        yield Demo(address, Path(folder), ours)
        return
    state: Path = tmp_path_factory.mktemp("demo")
    ours |= {"PORTAL_STATE": str(state)}
    port = free_port(in_a_row=5)
    with open(state / "log", "w") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            cwd=BASE_DIR,
            env=ours,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address, process, state / "log")
        yield Demo(address, BASE_DIR, ours)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _wait_until_ready(address: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(f"{address}/readyz", timeout=2).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.3)
    pytest.fail(f"The demo did not become ready:\n{log.read_text()[-3000:]}")


@pytest.fixture
def person(demo, new_context) -> Iterator:
    """A browser of somebody's own; `person()` gives its page, `person(email)` logs in."""

    def open_browser(email: str = "") -> Page:
        context: BrowserContext = new_context(base_url=demo.address, viewport={"width": 1280, "height": 900})
        page = context.new_page()
        if email:
            page.goto("/accounts/login/")
            page.get_by_label("Email").fill(email)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Log in").click()
            page.wait_for_url(re.compile(r"/$|/studio/|/wallet/"))
        return page

    return open_browser


def balance(page: Page) -> int:
    page.goto("/wallet/")
    return int(re.sub(r"\D", "", page.locator("[data-balance]").first.inner_text()))


def test_the_demo_has_the_people_the_readme_promises_and_seeding_repeats_nothing(demo):
    asked = [sys.executable, "-m", "tests.smoke.seeded"]
    answer = subprocess.run(asked, cwd=demo.folder, env=demo.environment, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr


def test_a_viewer_signs_up_buys_coins_and_sends_a_gift(person):
    page = person()
    page.goto("/accounts/signup/")
    page.get_by_label("Email").fill("ada@example.test")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Country").select_option("DE")
    page.get_by_label("Password").fill("a-long-enough-secret")
    page.locator("main").get_by_role("button", name="Sign up").click()
    page.wait_for_url(re.compile("/accounts/confirm-email/"))

    mail = person()
    mail.goto("/demo/mail/")
    mail.get_by_role("listitem").filter(has_text="ada@example.test").get_by_role("link").first.click()
    code = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", mail.locator("pre").inner_text(), re.MULTILINE)
    page.get_by_label("Code").fill(code.group(1))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Hello, Ada")).to_be_visible()

    assert balance(page) == 0
    page.goto("/wallet/buy/")
    page.get_by_label("Date of birth").fill("1990-05-17")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_text("700 coins", exact=True).click()
    page.get_by_role("button", name="Continue to payment").click()
    page.get_by_role("button", name=re.compile("^Pay")).click()
    page.wait_for_url(re.compile("/wallet/purchases/"))
    # The page fills by itself when the provider's webhook has come.
    expect(page.locator("main")).to_contain_text(
        re.compile("770 coins are in your wallet|Paid"), timeout=30_000
    )
    assert balance(page) == 770  # with the welcome bonus on a first purchase

    page.goto("/c/lumi/")
    page.get_by_text("Lantern").first.click()
    expect(page.locator("main")).to_contain_text("1 × Lantern")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("main")).to_contain_text("You sent 1 × Lantern to Lumi Aalto")
    assert balance(page) == 671


def test_a_creator_is_paid_by_the_bank_after_review(person):
    creator = person("creator@demo.test")
    creator.goto("/studio/")
    expect(creator.get_by_role("heading", name="You can be paid now")).to_be_visible()
    creator.get_by_role("link", name="Request a payout").click()
    creator.get_by_label(re.compile("Diamonds")).fill("15000")
    for cash in creator.get_by_label(re.compile("^Cash in")).all():
        cash.fill("")  # more would need a second approval
    expect(creator.locator("#quote")).to_contain_text("€")
    creator.get_by_role("button", name="Show the quote").click()
    creator.get_by_role("button", name="Request this payout").click()
    creator.wait_for_url(re.compile("/studio/payouts/[0-9a-f-]{36}/"))
    expect(creator.locator("main")).to_contain_text("In review")

    staff = person("staff@demo.test")
    staff.goto("/admin/payouts/payoutrequest/")
    staff.get_by_role("row", name=re.compile("Lumi")).get_by_role("link").first.click()
    staff.get_by_role("button", name="Approve").click()
    staff.get_by_role("button", name="Approve").click()
    expect(staff.locator("body")).to_contain_text(re.compile("approved", re.IGNORECASE))

    # The schedule puts what is approved into a batch; somebody else than who approved it sends it.
    lead = person("lead@demo.test")
    waiting = lead.get_by_role("row", name=re.compile("SEPA EUR.*Waits for approval", re.IGNORECASE))
    deadline = time.monotonic() + PAID_SECONDS / 1000
    lead.goto("/admin/payouts/payoutbatch/")
    while not waiting.count() and time.monotonic() < deadline:
        lead.wait_for_timeout(500)
        lead.reload()
    waiting.get_by_role("link").first.click()
    lead.get_by_role("button", name="Approve").click()
    lead.get_by_role("button", name="Approve and send").click()
    expect(lead.locator("body")).to_contain_text("is being sent")

    # The creator's page follows by itself.
    expect(creator.locator("#live")).to_contain_text("Paid", timeout=PAID_SECONDS)

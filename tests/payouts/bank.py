"""A real bank for tests: the `mock-bank` program in a process and on a port of its own."""

import contextlib
import datetime as dt
import re
import subprocess
import sys
import time

import pytest
import requests

from tests.ports import free_port

OURS = "NL41MOCK0000000001"
OUR_DOLLARS, DOLLAR_NUMBER, ROUTING = "NL30MOCK0000000005", "0000000005", "999999992"
OPENS = "2026-03-02T09:00"  # a Monday


class Bank:
    def __init__(self, port: int, *options: str):
        self.url = f"http://127.0.0.1:{port}"
        command = [
            sys.executable,
            "-m",
            "mockbank",
            "--port",
            str(port),
            "--clock",
            OPENS,
            "--quiet",
            *options,
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait(self) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(requests.ConnectionError):
                requests.get(f"{self.url}/_mock/health", timeout=5)
                return
            time.sleep(0.02)
        raise TimeoutError("The bank did not open.")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _call(self, method: str, path: str, **arguments):
        answer = requests.request(method, self.url + path, timeout=10, **arguments)
        answer.raise_for_status()
        return answer.json()

    def reset(self) -> None:
        self._call("POST", "/_mock/reset")

    def behave(self, behaviour: str, *, account: str = "ACME", **parameters) -> None:
        body = {"behaviour": behaviour, "parameters": parameters}
        self._call("PATCH", f"/_mock/accounts/{account}", json=body)

    def change(self, account: str, **facts) -> None:
        self._call("PATCH", f"/_mock/accounts/{account}", json=facts)

    def open_dollar_account(self) -> None:
        """The one that ACH is paid from, as `DOLLARS`."""
        account = {"id": "DOLLARS", "name": "Lumen", "iban": OUR_DOLLARS, "bic": "MOCKNL2A"}
        ways = {"account_number": DOLLAR_NUMBER, "currency": "USD", "format": "nacha", "balance": 100_000_00}
        self._call("POST", "/_mock/accounts", json=account | ways)

    def advance(self, days: int = 1) -> None:
        self._call("POST", f"/_mock/advance?days={days}")

    def payments(self) -> list[dict]:
        return self._call("GET", "/_mock/payments")

    def files_received(self) -> int:
        asked = self._call("GET", "/_mock/requests?path=/payments")
        return sum(request["method"] == "POST" for request in asked)

    def messages(self, kind: str = "") -> list[str]:
        return [message["body"] for message in self._call("GET", f"/_mock/mailbox?leave&type={kind}")]

    def day(self) -> dt.date:
        return dt.date.fromisoformat(self._call("GET", "/_mock/state")["clock"]["date"])


@pytest.fixture(scope="session")
def _running_bank():
    bank = Bank(free_port())
    try:
        bank.wait()
        yield bank
    finally:
        bank.stop()


@pytest.fixture
def bank(_running_bank, settings):
    """A bank as new, at which the portal banks."""
    _running_bank.reset()
    settings.BANK_URL = _running_bank.url
    settings.BANK_CONNECTION = "http"
    settings.BANK_ACCOUNT_IBAN = OURS
    settings.BANK_DOLLAR_ACCOUNT = OUR_DOLLARS
    settings.BANK_DOLLAR_NUMBER, settings.BANK_DOLLAR_ROUTING = DOLLAR_NUMBER, ROUTING
    settings.PAYOUT_RAILS = {
        "sepa": "payouts.rails.sepa.rail.SepaRail",
        "ach": "payouts.rails.ach.rail.AchRail",
    }
    return _running_bank


@pytest.fixture
def us_paid_by_bank(bank, db):
    """The bank, with an account of ours in dollars, from which ACH pays creators in the USA."""
    from payouts.models import PayoutPolicy

    bank.open_dollar_account()
    PayoutPolicy.objects.filter(region="US").update(methods=["us_bank"])
    return bank


def amended(message: str, **elements: str) -> str:
    """The same message with other text in some elements, as a bank in error might send it."""
    for tag, text in elements.items():
        message, found = re.subn(rf"(<{tag}(?: [^>]*)?>)[^<]*(</{tag}>)", rf"\g<1>{text}\g<2>", message)
        assert found, f"no <{tag}>"
    return message

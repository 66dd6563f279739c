"""The demo's bank keeps business days, and nobody who tries the portal should wait for Monday.

Only for the `mock-bank` of `make demo`: its clock can be moved on. What it then says is its own word, and is
read from it like any other bank's.
"""

import datetime as dt

import requests
from django.conf import settings

PAUSE = dt.timedelta(seconds=10)
"""A payment is seen on its way for this long before its day comes."""
OPENING_BALANCE = 100_000_00
"""Cents on the demo's dollar account."""


def bring_settlement_day() -> bool:
    """Moves the bank's clock to the day on which its next waiting payment settles. False if none waits."""
    bank, auth = _bank()
    queue = requests.get(f"{bank}/_mock/queue", auth=auth, timeout=5).json()
    # The bank's clock may run days ahead of ours, and falls back to ours when the bank starts anew: what was
    # queued in its future has waited long enough.
    clock = requests.get(f"{bank}/_mock/state", auth=auth, timeout=5).json()["clock"]["now"]
    now = dt.datetime.fromisoformat(clock)
    for message in queue:
        waited = now - dt.datetime.fromisoformat(message["queuedAt"])
        if message["reports"] == "payments settling" and not dt.timedelta() <= waited < PAUSE:
            day = message["dueAt"][:10]
            requests.post(
                f"{bank}/_mock/advance", params={"to": day}, auth=auth, timeout=5
            ).raise_for_status()
            return True
    return False


def open_dollar_account() -> bool:
    """The demo's bank starts with accounts in euros alone; ACH is paid from one in dollars. False if it has
    one already."""
    bank, auth = _bank()
    opened = requests.post(
        f"{bank}/_mock/accounts",
        json={
            "id": "DOLLARS",
            "name": settings.BANK_ACCOUNT_NAME,
            "iban": settings.BANK_DOLLAR_ACCOUNT,
            "bic": settings.BANK_ACCOUNT_BIC,
            "account_number": settings.BANK_DOLLAR_NUMBER,
            "currency": "USD",
            "balance": OPENING_BALANCE,
            "format": "nacha",
        },
        auth=auth,
        timeout=5,
    )
    return opened.status_code == 201


def _bank() -> tuple[str, tuple[str, str] | None]:
    auth = (settings.BANK_USER, settings.BANK_PASSWORD) if settings.BANK_USER else None
    return settings.BANK_URL.rstrip("/"), auth

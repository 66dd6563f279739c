"""The demo's bank keeps business days, and nobody who tries the portal should wait for Monday.

Only for the `mock-bank` of `make demo`: its clock can be moved on. What it then says is its own word, and is
read from it like any other bank's.
"""

import datetime as dt

import requests
from django.conf import settings

PAUSE = dt.timedelta(seconds=10)
"""A payment is seen on its way for this long before its day comes."""


def bring_settlement_day() -> bool:
    """Moves the bank's clock to the day on which its next waiting payment settles. False if none waits."""
    bank = settings.BANK_URL.rstrip("/")
    auth = (settings.BANK_USER, settings.BANK_PASSWORD) if settings.BANK_USER else None
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

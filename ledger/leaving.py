"""What somebody who wants to leave has to know. Each app tells its own: `settings.CLOSURE_MATTERS`."""

import datetime as dt
import enum
from dataclasses import dataclass


class Bearing(enum.Enum):
    STOPS = "stops"
    """It has to be over before the account can be closed."""
    WAITS = "waits"
    """It ends by itself, and the closing waits for it."""
    LOST = "lost"
    """It goes with the account."""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """One of them, as sentences: what it is, and what can be done about it at `url`, whose button says
    `action`. `amount` smallest parts of `unit` would be given up. `clears_on` is the UTC day on which it is
    over, where one is known."""

    code: str
    bearing: Bearing
    label: str
    words: str
    url: str = ""
    action: str = ""
    unit: str = ""
    amount: int = 0
    clears_on: dt.date | None = None

"""What stands in addresses."""

import datetime as dt


class Month:
    """2026-03, as its first day."""

    regex = r"[1-9][0-9]{3}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(f"{value}-01")

    def to_url(self, value: object) -> str:
        return f"{value:%Y-%m}" if isinstance(value, dt.date) else str(value)

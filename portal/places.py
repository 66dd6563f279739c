"""What time it is where people live, as far as their country tells."""

import zoneinfo
from functools import cache
from importlib.resources import files


def is_time_zone(name: str) -> bool:
    return name in zoneinfo.available_timezones()


def time_zone_of(country: str) -> str:
    """The zone that most of an ISO 3166 country lives by; UTC where none is known."""
    return _usual_zones().get(country, "UTC")


@cache
def _usual_zones() -> dict[str, str]:
    """{country: zone}. The IANA's table puts a country's most populous zones first."""
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {row[0]: row[2] for row in reversed(rows)}

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import connection

from ledger.chart import VIEWER_COINS
from wallets.models import ViewerSettings


@dataclass(frozen=True)
class Caps:
    """The caps in force at a moment, in coins (None: none), and what they become from `…_from` on, where that
    is known."""

    daily: int | None = None
    next_daily: int | None = None
    daily_from: dt.datetime | None = None
    monthly: int | None = None
    next_monthly: int | None = None
    monthly_from: dt.datetime | None = None

    @property
    def waiting(self) -> bool:
        return bool(self.daily_from or self.monthly_from)


def settings_of(viewer) -> ViewerSettings:
    """What the viewer has chosen; an unsaved row of defaults where they have chosen nothing. Without a cap
    days begin where the viewer is."""
    settings = ViewerSettings.objects.filter(viewer=viewer).first() or ViewerSettings(viewer=viewer)
    if not settings.capped:
        settings.time_zone = viewer.time_zone
    return settings


def caps_of(settings: ViewerSettings, at: dt.datetime) -> Caps:
    daily = _in_force(settings.daily_cap, settings.next_daily_cap, settings.daily_cap_from, at)
    monthly = _in_force(settings.monthly_cap, settings.next_monthly_cap, settings.monthly_cap_from, at)
    return Caps(*daily, *monthly)


def _in_force(cap, next_cap, since, at: dt.datetime):
    return (next_cap, None, None) if since and since <= at else (cap, next_cap, since)


def cooling_off(viewer, at: dt.datetime) -> dt.datetime | None:
    """Until when the viewer has chosen to buy and send nothing; None where they may at that moment."""
    found = ViewerSettings.objects.filter(viewer=viewer, cool_off_until__gt=at)
    return found.values_list("cool_off_until", flat=True).first()


@dataclass(frozen=True)
class Given:
    """Coins given in gifts and tips since the day and the month began, what was undone aside."""

    day: int
    month: int


def given(settings: ViewerSettings, at: dt.datetime) -> Given:
    """As the caps count it, in the time zone that they are kept in."""
    here = at.astimezone(ZoneInfo(settings.time_zone))
    day = here.replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day, month FROM wallets_coins_given(%s, %s, %s)",
            [VIEWER_COINS.of(settings.viewer_id).id, day, day.replace(day=1)],
        )
        return Given(*cursor.fetchone())


def cap_reached(viewer, at: dt.datetime) -> str | None:
    """The viewer's own cap that is broken by what has been given up to now: daily, monthly or None. To be
    asked after the posting, in its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wallets_cap_reached(%s, %s, %s)", [viewer.pk, VIEWER_COINS.of(viewer.pk).id, at]
        )
        return cursor.fetchone()[0]

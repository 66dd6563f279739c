"""What viewers set for themselves: caps, a time without buying and sending, and whether gifts show a name."""

import datetime as dt

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.db.transaction import atomic

from wallets.models import ViewerSettings
from wallets.queries.limits import Caps, caps_of

LOOSENED_AFTER = dt.timedelta(hours=24)
LONGEST_COOL_OFF = dt.timedelta(days=366)
LARGEST_CAP = 1_000_000_000


class UnableToSetLimit(Exception):
    """Nothing changed. `code` names the rule, `field` what is at fault."""

    code = "refused"
    field = ""


class InvalidCap(UnableToSetLimit):
    """Below one coin, or more than anybody has."""

    code = "invalid_cap"

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"Write 1 to {LARGEST_CAP:,} coins, or leave it empty for no limit.")


class InvalidCoolOff(UnableToSetLimit):
    """It would be over already, or last for more than a year."""

    code = "invalid_cool_off"
    field = "until"

    def __init__(self) -> None:
        super().__init__(f"Choose a date from tomorrow on, within {LONGEST_COOL_OFF.days} days.")


class CoolOffShortened(UnableToSetLimit):
    """One that lasts longer has begun."""

    code = "cool_off_shortened"
    field = "until"

    def __init__(self) -> None:
        super().__init__("A cool-off can be made longer, but not shorter.")


def set_caps(
    *, viewer: AbstractBaseUser, daily: int | None, monthly: int | None, at: dt.datetime
) -> ViewerSettings:
    """What the viewer may give in a day and in a month, in coins; None: as much as they like. What is tighter
    than before is in force at once, what is looser after 24 hours; the cap in force takes a waiting change
    back. Raises UnableToSetLimit (InvalidCap)."""
    for field, cap in (("daily", daily), ("monthly", monthly)):
        if cap is not None and not 1 <= cap <= LARGEST_CAP:
            raise InvalidCap(field)
    with atomic():
        settings = _locked(viewer)
        now = caps_of(settings, at)
        if (now.daily, now.monthly) == (None, None):
            settings.time_zone = _known_zone(viewer.time_zone)
        settings.daily_cap, settings.next_daily_cap, settings.daily_cap_from = _changed(
            now.daily, daily, at, (now.next_daily, now.daily_from)
        )
        settings.monthly_cap, settings.next_monthly_cap, settings.monthly_cap_from = _changed(
            now.monthly, monthly, at, (now.next_monthly, now.monthly_from)
        )
        settings.save()
    return settings


def cancel_change(*, viewer: AbstractBaseUser, at: dt.datetime) -> Caps:
    """Stay with the caps in force: take back what waits to loosen them."""
    with atomic():
        settings = _locked(viewer)
        now = caps_of(settings, at)
        settings.daily_cap, settings.next_daily_cap, settings.daily_cap_from = now.daily, None, None
        settings.monthly_cap, settings.next_monthly_cap, settings.monthly_cap_from = now.monthly, None, None
        settings.save()
    return caps_of(settings, at)


def cool_off(*, viewer: AbstractBaseUser, until: dt.datetime, at: dt.datetime) -> ViewerSettings:
    """Buy and send nothing before `until`. Raises UnableToSetLimit (InvalidCoolOff, CoolOffShortened)."""
    if not at < until <= at + LONGEST_COOL_OFF:
        raise InvalidCoolOff
    with atomic():
        settings = _locked(viewer)
        if settings.cool_off_until and settings.cool_off_until > until:
            raise CoolOffShortened
        settings.cool_off_until = until
        settings.save()
    return settings


def show_name(*, viewer: AbstractBaseUser, anonymous: bool) -> None:
    """Whether gifts go without the viewer's name unless one says otherwise."""
    ViewerSettings.objects.update_or_create(viewer=viewer, defaults={"anonymous": anonymous})


def _locked(viewer: AbstractBaseUser) -> ViewerSettings:
    ViewerSettings.objects.get_or_create(viewer=viewer)
    return ViewerSettings.objects.select_for_update().get(viewer=viewer)


def _changed(
    cap: int | None, wanted: int | None, at: dt.datetime, waiting: tuple[int | None, dt.datetime | None]
) -> tuple[int | None, int | None, dt.datetime | None]:
    """The cap, the next one and from when on."""
    looser = cap is not None and (wanted is None or wanted > cap)
    if not looser:
        return wanted, None, None
    # Asking for the same again does not begin the wait anew.
    since = waiting[1] if waiting[1] and waiting[0] == wanted else at + LOOSENED_AFTER
    return cap, wanted, since


def _known_zone(name: str) -> str:
    """The database reckons in it, and knows a few names less than Python."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_timezone_names WHERE name = %s", [name])
        return name if cursor.fetchone()[0] else "UTC"

"""The rails that money leaves on, by name, as `settings.PAYOUT_RAILS` lists them."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.module_loading import import_string

from payouts.rails.interface import Rail


class NoRail(Exception):
    """No rail carries this currency to this kind of destination."""


def get(name: str) -> Rail:
    return import_string(settings.PAYOUT_RAILS[name])()


def names() -> list[str]:
    return list(settings.PAYOUT_RAILS)


def channels() -> dict[str, Rail]:
    """Each mailbox that answers come to, with a rail that reads it."""
    found: dict[str, Rail] = {}
    for name in names():
        rail = get(name)
        found.setdefault(rail.channel, rail)
    return found


def names_of(channel: str) -> list[str]:
    """The rails whose bank answers there."""
    return [name for name in names() if get(name).channel == channel]


def for_payment(*, method_kind: str, currency: str) -> str:
    """The name of the first rail that can carry it. Raises NoRail."""
    for name in names():
        able = get(name).capabilities
        if currency in able.currencies and method_kind in able.method_kinds:
            return name
    raise NoRail(f"No rail pays {currency} to a method of kind {method_kind}.")


def reach(*, method_kinds: Iterable[str], currency: str) -> bool:
    """Whether the currency can be sent to a method of any of these kinds."""
    able = [get(name).capabilities for name in names()]
    return any(currency in rail.currencies and rail.method_kinds & set(method_kinds) for rail in able)

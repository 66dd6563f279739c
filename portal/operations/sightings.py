"""Notes from where people log in."""

import datetime as dt
import ipaddress

from ledger.encryption import digest
from portal.models import Sighting


def saw(*, person, address: str, device: str, at: dt.datetime) -> None:
    """That somebody logged in from this internet address with this browser. An address of a private network
    tells nothing and is not kept; seeing the same again moves `last_at` on."""
    seen = {Sighting.Kind.DEVICE: device}
    if _is_public(address):
        seen[Sighting.Kind.ADDRESS] = address
    Sighting.objects.bulk_create(
        [
            Sighting(person=person, kind=kind, digest=digest(f"{kind}:{value}"), first_at=at, last_at=at)
            for kind, value in seen.items()
        ],
        update_conflicts=True,
        unique_fields=["person", "kind", "digest"],
        update_fields=["last_at"],
    )


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False

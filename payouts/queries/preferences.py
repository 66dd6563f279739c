"""What creators chose, and what holds of it under the terms of their country."""

import uuid
from dataclasses import dataclass

from payouts.models import PayoutPolicy, PayoutPreference


@dataclass(frozen=True)
class Choice:
    """What holds for a creator: `minimum` in the smallest part of the policy's currency, `own` if it is the
    creator's."""

    schedule: str
    minimum: int
    own: bool
    set_at: object = None


def preference_of(owner_id: uuid.UUID) -> PayoutPreference | None:
    return PayoutPreference.objects.filter(owner_id=owner_id).first()


def preferences_of(owner_ids) -> dict[uuid.UUID, PayoutPreference]:
    """The newest of each."""
    newest = PayoutPreference.objects.filter(owner_id__in=owner_ids).order_by("owner_id", "-id")
    return {preference.owner_id: preference for preference in newest.distinct("owner_id")}


def choice(policy: PayoutPolicy, preference: PayoutPreference | None) -> Choice:
    """A schedule that the terms no longer offer gives way to theirs, and so does a minimum that they exceed
    or that is in another currency."""
    if preference is None:
        return Choice(policy.schedule, policy.minimum, own=False)
    offered = preference.schedule in policy.schedules
    own = preference.currency == policy.currency and preference.minimum > policy.minimum
    return Choice(
        preference.schedule if offered else policy.schedule,
        preference.minimum if own else policy.minimum,
        own=own,
        set_at=preference.set_at,
    )

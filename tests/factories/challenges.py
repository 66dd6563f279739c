"""Campaigns made through the operations: five coins of gifts earn three, until told otherwise."""

import datetime as dt
import uuid

from django.contrib.auth import get_user_model

from tests.factories.gifts import NOW
from wallets.models import Campaign, Claim
from wallets.operations.campaigns import publish, save_draft
from wallets.operations.challenges import join
from wallets.operations.rewards import claim

PUBLISHER = get_user_model()(is_superuser=True)
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
SETTLED = NOW + MINUTE
"""When what was sent at NOW can't be undone any more."""


def draft(*, judges=(), at: dt.datetime = NOW, **facts) -> Campaign:
    number = uuid.uuid4().hex[:8]
    told = {
        "slug": f"spring-{number}",
        "title": f"Spring {number}",
        "words": "Send gifts and be thanked.",
        "kind": Campaign.Kind.SPEND,
        "target": 5,
        "starts_at": at,
        "ends_at": at + 10 * DAY,
        "reward": 3,
        "reward_days": 30,
        "budget": 300,
    }
    return save_draft(campaign=Campaign(**told | facts), judges=list(judges), at=at)


def campaign(*, at: dt.datetime = NOW, **facts) -> Campaign:
    """A published one."""
    return publish(campaign_id=draft(at=at, **facts).pk, actor=PUBLISHER, at=at)


def joined(viewer, found: Campaign, *, at: dt.datetime = NOW):
    return join(viewer=viewer, campaign=found, at=at)


def claimed(viewer, found: Campaign, *, key: str = "claim", at: dt.datetime = SETTLED) -> Claim:
    return claim(viewer=viewer, campaign=found, key=key, at=at)

"""Coins to give and gifts that were given, made through the operations."""

import datetime as dt
import uuid

from ledger.chart import COINS_ISSUED, CREATOR_DIAMONDS_PENDING, DIAMONDS_ISSUED, VIEWER_COINS
from ledger.operations import Transfer, post
from wallets.models import Gift, GiftType
from wallets.operations.gifts import send_gift

NOW = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)


def give_coins(viewer, coins: int, *, at: dt.datetime = NOW) -> None:
    transfer = Transfer(COINS_ISSUED.platform(), VIEWER_COINS.of(viewer.pk), coins)
    post(kind="coin_purchase", key=f"coins:{uuid.uuid4()}", at=at, transfers=[transfer])


def gift_type(slug: str = "spark-tap") -> GiftType:
    return GiftType.objects.get(slug=slug)


def gift_from(
    viewer, creator, slug: str = "spark-tap", quantity: int = 1, *, at: dt.datetime = NOW, **facts
) -> Gift:
    """A gift paid with new coins."""
    kind = gift_type(slug)
    give_coins(viewer, kind.coins * quantity, at=at)
    facts.setdefault("key", str(uuid.uuid4()))
    return send_gift(viewer=viewer, creator=creator, gift_type=kind, quantity=quantity, at=at, **facts).gift


def earn(creator, diamonds: int, at: dt.datetime = NOW) -> None:
    """Hundredths of diamonds, pending."""
    transfer = Transfer(DIAMONDS_ISSUED.platform(), CREATOR_DIAMONDS_PENDING.of(creator.pk), diamonds)
    post(kind="tip", key=f"tip:{uuid.uuid4()}", at=at, transfers=[transfer])

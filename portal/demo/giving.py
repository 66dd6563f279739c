"""What viewers do besides: a streak, a gift without a name, one that was undone, a tip and a block."""

import datetime as dt
import uuid
from functools import partial

from portal.demo import Act
from portal.demo.people import SUPPORTERS
from portal.models import User
from wallets.models import GiftType
from wallets.operations.creator_settings import block_sender, set_gift_rules
from wallets.operations.gifts import send_gift
from wallets.operations.tips import send_tip
from wallets.operations.undo import undo_gift
from wallets.queries.creator_settings import creator_settings_of

STREAK = uuid.UUID("018f0000-0000-7000-8000-000000000001")


def acts(people: dict[str, User], now: dt.datetime) -> list[Act]:
    """Nothing where they were told before."""
    if creator_settings_of(people["creator@demo.test"]).words:
        return []
    return [(now - dt.timedelta(hours=3), partial(_tell, people))]


def _tell(people: dict[str, User], began: dt.datetime) -> None:
    mara, lumi, bram = (people[f"{name}@demo.test"] for name in ("viewer", "creator", "bram"))

    def give(key: str, creator: User, slug: str, seconds: int, **facts):
        return send_gift(
            viewer=mara,
            creator=creator,
            gift_type=GiftType.objects.get(slug=slug, available_until=None),
            quantity=1,
            key=f"demo:giving:{key}",
            at=began + dt.timedelta(seconds=seconds),
            **facts,
        ).gift

    send_tip(sender=mara, recipient=people[SUPPORTERS[0].email], coins=100, key="demo:giving:tip", at=began)
    for number in range(8):
        give(f"tap {number}", lumi, "spark-tap", number, streak_id=STREAK)
    give("without a name", lumi, "kite", 60, message="You know who", anonymous=True)
    rude = give("rude", bram, "clover", 90, message="What the shit is that soup?")
    undone = give("undone", lumi, "lantern", 120)
    undo_gift(viewer=mara, gift_id=undone.pk, at=began + dt.timedelta(seconds=131))
    block_sender(creator=bram, gift_id=rude.pk, at=began + dt.timedelta(minutes=3))
    set_gift_rules(creator=lumi, gifts_off=False, note="", unwanted=["spoiler"])

"""The demo's streams: Lumi's of yesterday, which has a summary, and the one that is open now."""

import datetime as dt
import random

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from ledger.units import DIAMOND, to_parts
from portal.demo.people import SUPPORTERS
from portal.models import User
from wallets.models import GiftType
from wallets.operations.gifts import send_gift
from wallets.operations.streams import end_stream, start_stream
from wallets.queries.streams import open_stream

WORDS = ["", "", "", "That chorus!", "Again, please", "Hello from the train"]
CHEAP = 100


def tell(people: dict[str, User], now: dt.datetime) -> None:
    """Safe to repeat: yesterday stays as it was, and Lumi goes live again only where she is not."""
    lumi = people["creator@demo.test"]
    began = now - dt.timedelta(days=1, minutes=95)
    stream = start_stream(
        creator=lumi,
        title="Songs from the kitchen",
        key="demo:yesterday",
        at=began,
        goal=to_parts("150", DIAMOND),
        goal_unit=DIAMOND,
        goal_words="New strings",
    )
    if stream.ended_at is None:
        _gifts(people, lumi, began)
        end_stream(creator=lumi, stream_id=stream.pk, at=began + dt.timedelta(minutes=92))
    if open_stream(lumi.pk) is None:
        start_stream(
            creator=lumi,
            title="Songs by request",
            key=f"demo:{now:%Y-%m-%d %H:%M:%S}",
            at=now - dt.timedelta(minutes=12),
            goal=to_parts("500", DIAMOND),
            goal_unit=DIAMOND,
            goal_words="A new microphone",
        )


def _gifts(people: dict[str, User], lumi: User, began: dt.datetime) -> None:
    """From what the supporters' purses still hold."""
    dice = random.Random("evening")  # noqa: S311
    gift_types = [kind for kind in GiftType.objects.order_by("coins", "slug") if kind.on_sale(began)]
    for number, person in enumerate(SUPPORTERS):
        fan = people[person.email]
        purse = balance(VIEWER_COINS.of(fan.pk))
        affordable = [kind for kind in gift_types if kind.coins <= min(purse // 2, CHEAP)]
        for turn, kind in enumerate(dice.sample(affordable, min(2, len(affordable)))):
            send_gift(
                viewer=fan,
                creator=lumi,
                gift_type=kind,
                quantity=1,
                key=f"demo:evening:{turn}",
                at=began + dt.timedelta(minutes=5 * number + turn + 2),
                message=dice.choice(WORDS),
            )

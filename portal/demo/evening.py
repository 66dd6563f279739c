"""The demo's streams: Lumi's of yesterday, which has a summary, and the one that is open now."""

import datetime as dt
import random
from functools import partial

from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from ledger.units import DIAMOND, to_parts
from portal.demo import Act
from portal.demo.people import SUPPORTERS
from portal.models import User
from wallets.models import GiftType
from wallets.operations.gifts import send_gift
from wallets.operations.streams import end_stream, start_stream
from wallets.queries.freezes import freezes_in_force
from wallets.queries.streams import open_stream

WORDS = ["", "", "", "That chorus!", "Again, please", "Hello from the train"]
CHEAP = 100
LENGTH = dt.timedelta(minutes=92)


def acts(people: dict[str, User], now: dt.datetime) -> list[Act]:
    """Safe to repeat: yesterday stays as it was, and Lumi goes live again only where she is not."""
    return [
        (now - dt.timedelta(days=1) + LENGTH, partial(_yesterday, people)),
        (now - dt.timedelta(minutes=12), partial(_now, people["creator@demo.test"])),
    ]


def _yesterday(people: dict[str, User], ended: dt.datetime) -> None:
    lumi, began = people["creator@demo.test"], ended - LENGTH
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
        end_stream(creator=lumi, stream_id=stream.pk, at=ended)


def _now(lumi: User, at: dt.datetime) -> None:
    if open_stream(lumi.pk) is None:
        start_stream(
            creator=lumi,
            title="Songs by request",
            key=f"demo:{at:%Y-%m-%d %H:%M:%S}",
            at=at,
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
        if freezes_in_force(fan.pk).exists():
            continue
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

"""Twelve months in the lives of the demo's people, told day by day through the operations.

The same dice make the same year, ending now. Every act has a key of its own, so that a year that was broken
off is completed by telling it again."""

import datetime as dt
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import itemgetter

from django.db import connection

from ledger import operations as books
from ledger.chart import VIEWER_COINS
from ledger.queries import balance
from ledger.units import DIAMOND
from payouts.destinations import iban_account
from payouts.gates import failed, gates, largest_request
from payouts.operations.methods import add_method
from payouts.operations.preferences import choose
from payouts.operations.requests import request_payout
from payouts.operations.review import approve, reject
from payouts.operations.settlement import return_payout, settle, start_remitting
from payouts.queries import method_in_use, open_payout
from portal.demo import Act, papers
from portal.demo.people import CREATORS, NAMED, SUPPORTERS
from portal.models import Notice, User
from wallets.models import GiftType
from wallets.operations.clearing import release_cleared
from wallets.operations.events import handle_payment_event
from wallets.operations.gifts import send_gift
from wallets.operations.purchases import record_purchase
from wallets.providers import EventKind, PaymentEvent
from wallets.queries.packages import packages_for
from wallets.queries.purchases import purchases_of

DAYS = 365
LAST_ACT = "demo:last"
SAVER, RETURNED, REJECTED = 1, 2, 3
"""The creator who asks for the whole year at its end, an amount that takes two reviewers; the one whose first
payout the bank sent back; the one whose second was rejected."""
TOLD = {"told_by": "the demo's story"}
RELEASED_ON = (1, 15)
"""The days of the month on which cleared diamonds are released: often enough for who asks once a month."""
FOLLOWED_FOR = 5
"""Days within which a payout has come to its end, and may even have come back."""
QUIET = {"olivia@demo.test": 3, "noah@demo.test": 2, "emma@demo.test": 40}
"""For how many days supporters have given nothing: what happens then to their wallets is told elsewhere."""
PAYERS = [person for person in [*NAMED, *CREATORS] if person.iban]
FANS = [NAMED[0], *SUPPORTERS]
WORDS = ["", "", "", "Love this!", "Great stream", "For the encore", "Made my evening", "Go on!"]


@dataclass
class Year:
    people: dict[str, User]
    now: dt.datetime
    on_month: Callable[[str], None] = lambda month: None

    def acts(self) -> Iterator[Act]:
        gift_types = [kind for kind in GiftType.objects.order_by("coins", "slug") if kind.on_sale(self.now)]
        self.creators = [self.people[person.email] for person in PAYERS]
        self.shares = [person.share for person in PAYERS]
        self.purses: dict[uuid.UUID, int] = {}
        first = self.now - dt.timedelta(days=DAYS)
        yield first, self._begin
        for number in range(DAYS):
            day = first + dt.timedelta(days=number)
            fans = (fan for fan in FANS if number < DAYS - QUIET.get(fan.email, 0))
            gifts = [gift for fan in fans for gift in self._a_day_of(fan.email, day, number, gift_types)]
            yield from sorted(gifts, key=itemgetter(0))
            yield day, partial(self._evening, number)
        viewer = self.people["viewer@demo.test"]
        yield self.now - dt.timedelta(hours=4), partial(self._buy, viewer, 3500, LAST_ACT)

    def _begin(self, at: dt.datetime) -> None:
        papers.show(self.people, at)
        for person in PAYERS:
            add_method(
                owner=self.people[person.email],
                holder=person.name,
                destination=iban_account(person.iban),
                at=at,
            )
        # Whoever tries the demo asks for this one; no pay day may come first.
        choose(owner=self.people["creator@demo.test"], schedule="on_demand", minimum=None, at=at)

    def _evening(self, number: int, at: dt.datetime) -> None:
        if at.day == 1:
            self.on_month(f"{at:%b}")
            books.fold()
        if at.day in RELEASED_ON or number == DAYS - 1:
            for creator in self.creators:
                release_cleared(creator_id=creator.pk, at=at)
        self._payouts(at, number)

    def _a_day_of(self, email: str, day: dt.datetime, number: int, gift_types: list) -> Iterator[Act]:
        """Most days nothing; else a few gifts, after coins were bought where they ran out."""
        dice = random.Random(f"{email} {number}")  # noqa: S311
        if dice.random() > 0.2 + 0.1 * number / DAYS:
            return
        moment = day - dt.timedelta(minutes=dice.randint(30, 700))
        creator = dice.choices(self.creators, self.shares)[0]
        for turn in range(dice.randint(1, 3)):
            gift_type = dice.choices(gift_types, [1 / (2 + kind.coins) ** 0.45 for kind in gift_types])[0]
            quantity = dice.choice([1, 1, 1, 2, 3]) if gift_type.coins < 1000 else 1
            if gift_type.coins * quantity > 10_000:
                continue
            facts = {"creator": creator, "gift_type": gift_type, "quantity": quantity}
            facts |= {"key": f"demo:{number}:{turn}", "message": dice.choice(WORDS)}
            yield moment + dt.timedelta(minutes=turn), partial(self._give, self.people[email], facts)

    def _give(self, fan: User, facts: dict, at: dt.datetime) -> None:
        cost = facts["gift_type"].coins * facts["quantity"]
        if fan.pk not in self.purses or self.purses[fan.pk] < cost:
            self._buy(fan, cost, facts["key"], at)
            self.purses[fan.pk] = balance(VIEWER_COINS.of(fan.pk))
        self.purses[fan.pk] -= cost
        send_gift(viewer=fan, at=at, **facts)

    def _buy(self, fan: User, coins: int, key: str, at: dt.datetime) -> None:
        packages = sorted(packages_for(str(fan.country), at), key=lambda package: package.coins)
        package = next(package for package in packages if package.coins >= max(coins, 3_500))
        purchase = record_purchase(viewer=fan, package_id=package.pk, key=key, at=at, provider="sandbox")
        handle_payment_event(
            event=PaymentEvent(
                provider="sandbox",
                id=f"demo:{purchase.pk}",
                kind=EventKind.PAID,
                reference=f"demo-{purchase.pk}",
                purchase_id=purchase.pk,
                amount=purchase.price,
                currency=purchase.currency,
            ),
            at=at,
        )

    def _payouts(self, day: dt.datetime, number: int) -> None:
        """Most ask at the beginning of each month; reviewers look the next day, the bank pays on the third.
        What is asked for at the end of the story is left to the reader."""
        last = number == DAYS - 1
        staff = self.people["staff@demo.test"], self.people["lead@demo.test"]
        for place, creator in enumerate(self.creators):
            asks_on = 1 + 2 * place
            if not (last or asks_on <= day.day < asks_on + FOLLOWED_FOR):
                continue
            request = open_payout(creator.pk)
            if place == RETURNED and [payout.state for payout in creator.payouts.all()] == ["paid"]:
                return_payout(
                    payout_id=creator.payouts.get().pk,
                    code="AC04",
                    at=day,
                    evidence=TOLD,
                    reason="The bank says that the account was closed, and sent the money back.",
                )
            elif request is None:
                monthly = place != SAVER and day.day == asks_on and number < DAYS - 12
                asks = place in (SAVER, SAVER + 1) if last else monthly
                if asks:
                    self._ask(creator, day)
            elif request.state == "in_review" and not last:
                if place == REJECTED and creator.payouts.count() == 2:
                    reject(
                        payout_id=request.pk,
                        version=request.version,
                        actor=staff[0],
                        reason="The name on the bank account was not yours. Add an account in your own name.",
                        at=day,
                    )
                    continue
                for reviewer in staff:
                    request.refresh_from_db()
                    if request.state == "in_review":
                        approve(payout_id=request.pk, version=request.version, actor=reviewer, at=day)
            elif request.state == "approved":
                start_remitting(payout_id=request.pk, at=day)
            elif request.state == "remitting":
                settle(payout_id=request.pk, at=day, evidence=TOLD)

    def _ask(self, creator: User, at: dt.datetime) -> None:
        asked = largest_request(creator, at)
        if failed(gates(creator, at, asked)):
            return
        request_payout(
            creator=creator,
            diamonds=asked.pop(DIAMOND, 0),
            cash=asked,
            method_id=method_in_use(creator.pk).pk,
            key=f"demo:{at:%Y-%m-%d}",
            at=at,
        )


def rest(now: dt.datetime) -> None:
    """Nobody wants a year's mail on the first day."""
    Notice.objects.filter(at__lt=now - dt.timedelta(days=1), mailed_at=None).update(mailed_at=now)
    Notice.objects.filter(at__lt=now - dt.timedelta(days=31), read_at=None).update(read_at=now)
    books.fold()
    with connection.cursor() as cursor:  # a year was written just now, and nobody counted its rows yet
        cursor.execute("ANALYZE ledger_account, ledger_entry, ledger_transfer")


def was_told(people: dict[str, User]) -> bool:
    last = purchases_of(people["viewer@demo.test"]).filter(key=LAST_ACT, entry__isnull=False)
    return last.exists()


def was_begun(people: dict[str, User]) -> bool:
    """These people come into being with the year: what they bought, they bought in it."""
    return purchases_of(people["viewer@demo.test"]).exists()

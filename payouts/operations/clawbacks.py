"""Diamonds that a creator has to give back after they were released or paid.

What is available is taken at once. What is held for a payout under way stays held, and its reviewer is told;
what was paid out can't be reached. The rest becomes a debt: a negative balance that what becomes available
next repays, oldest debt first.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import F
from django.urls import reverse as reverse_url

from ledger.chart import (
    CLAWBACK_RECOVERIES,
    COIN_FLOAT,
    CREATOR_DIAMONDS_AVAILABLE,
    CREATOR_DIAMONDS_OWED,
    DIAMONDS_ISSUED,
)
from ledger.many import Wanted, post_each, reverse_each
from ledger.operations import Transfer, lock, open_accounts, post
from ledger.queries import balance, rate
from ledger.rates import convert
from ledger.units import DIAMOND
from payouts import queries
from payouts.clawback_table import CLAWBACK
from payouts.models import Clawback, ClawbackRepayment, PayoutRequest
from payouts.notices import notify
from payouts.operations.moves import WrongState, note
from payouts.operations.permissions import NotPermitted, assert_may, assert_uninvolved
from payouts.operations.review import MissingReason, decidable, said
from payouts.queries.clawbacks import left_to_claim
from payouts.states import OPEN, State
from payouts.words import money

DISPUTED = "The payment of gifts that you had received was taken back by the buyer's bank."


class TooMuch(WrongState):
    """More diamonds than the payout had, less what has been clawed back of it already."""


class UnknownClawback(Exception):
    """There is no such clawback."""


def claw_back(
    *,
    payout_id: uuid.UUID,
    version: int,
    actor,
    reason: str,
    at: dt.datetime,
    internal_note: str = "",
    diamonds: int | None = None,
) -> PayoutRequest:
    """Claim `diamonds` (hundredths; all that is left of it unless told) of a paid payout back from its
    creator, who reads `reason`. The payout stays paid.

    Raises NotPermitted, MissingReason, TooMuch, Stale, WrongState, ledger.queries.NoRate."""
    words = said(reason)
    with transaction.atomic():
        payout = decidable(payout_id, version, actor, "claw_back")
        if payout.state != State.PAID:
            raise WrongState(CLAWBACK[State(payout.state)].of_it)
        left = left_to_claim(payout)
        wanted = left if diamonds is None else diamonds
        if not 0 < wanted <= left:
            raise TooMuch(f"{money(left, DIAMOND)} of this payout can still be clawed back.")
        note(payout, at=at, actor=actor, code="clawback", internal_note=internal_note, public_reason=words)
        _claim(
            creator_id=payout.creator_id,
            claims={f"payout:{payout.id}:{payout.version}": wanted},
            at=at,
            cause=Clawback.Cause.PAYOUT,
            payout=payout,
            reason=words,
            internal_note=internal_note,
            actor=actor,
        )
    return payout


@transaction.atomic
def claim_disputed(*, creator, claims: Mapping[str, int], at: dt.datetime, lost_at: dt.datetime) -> bool:
    """A dispute was lost over gifts that had been released: under a key for each, so many diamonds
    (hundredths). Claims them back if the terms of the creator's country at `lost_at` say so; the same key
    claims once. Returns whether it is so. The number of statements does not depend on the gifts.

    Raises ledger.queries.NoRate."""
    policy = queries.policy_for(str(creator.country), lost_at)
    if policy is None or not policy.claws_back_disputes:
        return False
    _claim(
        creator_id=creator.pk,
        claims={f"dispute:{key}": diamonds for key, diamonds in claims.items()},
        at=at,
        cause=Clawback.Cause.DISPUTE,
        reason=DISPUTED,
    )
    return True


def _claim(*, creator_id: uuid.UUID, claims: Mapping[str, int], at: dt.datetime, **facts) -> None:
    # In the order of every payout's operation: its row first, the books second.
    under_way = (
        PayoutRequest.objects.select_for_update().filter(creator_id=creator_id, state__in=OPEN).first()
    )
    available, owed = _accounts(creator_id)
    known = set(Clawback.objects.filter(key__in=claims).values_list("key", flat=True))
    wanted = {key: diamonds for key, diamonds in claims.items() if key not in known}
    if not wanted:
        return
    left, value = balance(available), rate(DIAMOND, "USD", at).value
    clawbacks, entries = [], []
    for key, diamonds in wanted.items():
        taken = min(left, diamonds)
        left -= taken
        transfers = [
            Transfer(source, DIAMONDS_ISSUED.platform(), amount)
            for source, amount in ((available, taken), (owed, diamonds - taken))
            if amount
        ]
        transfers += _relieved(convert(taken, DIAMOND, "USD", value))
        day = at.astimezone(dt.UTC).date()
        entries.append(Wanted(kind="clawback", key=f"clawback:{key}", day=day, transfers=transfers))
        clawbacks.append(
            Clawback(
                key=key,
                creator_id=creator_id,
                diamonds=diamonds,
                diamond_rate=value,
                taken=taken,
                owed=diamonds - taken,
                claimed_at=at,
                **facts,
            )
        )
    for clawback, posted in zip(clawbacks, post_each(entries=entries, at=at), strict=True):
        clawback.entry_id = posted.entry_id
    Clawback.objects.bulk_create(clawbacks)
    first, debt = clawbacks[0], sum(clawback.owed for clawback in clawbacks)
    notify(
        person=first.creator,
        kind="clawback_claimed",
        key=f"clawback:{first.id}",
        at=at,
        facts={"diamonds": sum(wanted.values()), "owed": debt, "reason": first.reason},
        url=reverse_url("payouts:clawbacks"),
    )
    if under_way and debt:
        words = f"Its creator owes {money(debt, DIAMOND)}: {first.get_cause_display().lower()}."
        note(under_way, at=at, actor=None, code="debt", internal_note=words)


def _accounts(creator_id: uuid.UUID):
    """What is available, locked, so that nobody spends it meanwhile, and what is owed."""
    accounts = CREATOR_DIAMONDS_AVAILABLE.of(creator_id), CREATOR_DIAMONDS_OWED.of(creator_id)
    open_accounts(accounts)
    lock(accounts)
    return accounts


def _relieved(cents: int) -> list[Transfer]:
    """What the coin float need not hold any longer, as these diamonds will not be paid."""
    if not cents:
        return []
    return [Transfer(COIN_FLOAT.platform("USD"), CLAWBACK_RECOVERIES.platform("USD"), cents)]


@transaction.atomic
def repay(*, creator_id: uuid.UUID, at: dt.datetime) -> int:
    """Pay debts from what is available, oldest first. Returns the diamonds (hundredths) that went to them."""
    available, owed = _accounts(creator_id)
    left = held = balance(available)
    debts = Clawback.objects.select_for_update().filter(creator_id=creator_id, owed__gt=0)
    for debt in debts.order_by("id"):
        amount = min(left, debt.owed)
        if not amount:
            break
        before, after = (
            convert(debt.diamonds - still, DIAMOND, "USD", debt.diamond_rate)
            for still in (debt.owed, debt.owed - amount)
        )
        posted = post(
            kind="clawback_repayment",
            key=f"clawback:{debt.id}:repaid:{debt.diamonds - debt.owed + amount}",
            at=at,
            transfers=[Transfer(available, owed, amount), *_relieved(after - before)],
        )
        ClawbackRepayment.objects.create(id=posted.entry_id, clawback=debt, diamonds=amount, at=at)
        Clawback.objects.filter(id=debt.id).update(owed=F("owed") - amount)
        left -= amount
        if amount == debt.owed:
            notify(
                person=debt.creator,
                kind="clawback_repaid",
                key=f"clawback:{debt.id}:repaid",
                at=at,
                facts={"diamonds": amount},
                url=reverse_url("payouts:clawbacks"),
            )
    return held - left


def withdraw(*, clawback_id: uuid.UUID, actor, reason: str, at: dt.datetime) -> Clawback:
    """The claim was wrong: all that was taken and repaid is available again, and nothing is owed. Saying it
    twice does nothing more. Raises NotPermitted, MissingReason, UnknownClawback."""
    assert_may(actor, "claw_back")
    if not reason.strip():
        raise MissingReason("Write a reason: the creator reads it.")
    with transaction.atomic():
        found = _locked(id=clawback_id)
        if not found:
            raise UnknownClawback("There is no such clawback.")
        [clawback] = found
        if clawback.creator_id == actor.pk:
            raise NotPermitted("Nobody decides about their own debt.")
        assert_uninvolved(actor, PayoutRequest.objects.filter(clawbacks=clawback))
        _withdraw(found, at, reason.strip(), actor)
    return clawback


@transaction.atomic
def withdraw_disputed(*, keys: Iterable[str], at: dt.datetime) -> None:
    """The disputes of these claims were decided otherwise after all. Where there is no such claim there is
    nothing to do. The number of statements depends on the creators, not on the claims."""
    _withdraw(_locked(key__in=[f"dispute:{key}" for key in keys]), at, "The payment came back.", None)


def _locked(**facts) -> list[Clawback]:
    """Both in the order of `repay`: the books first, then the rows."""
    found = Clawback.objects.filter(**facts)
    for creator_id in found.order_by("creator_id").values_list("creator_id", flat=True).distinct():
        _accounts(creator_id)
    return list(found.select_for_update(of=("self",)).select_related("creator").order_by("id"))


def _withdraw(clawbacks: list[Clawback], at: dt.datetime, reason: str, actor) -> None:
    standing = {clawback.id: clawback for clawback in clawbacks if clawback.withdrawn_at is None}
    repayments = ClawbackRepayment.objects.filter(clawback__in=standing)
    entries = [*repayments.values_list("id", "clawback_id")]
    entries += [(clawback.entry_id, clawback.id) for clawback in standing.values()]
    reverse_each(
        keys={entry: f"clawback:{clawback}:back:{entry}" for entry, clawback in entries},
        reason=reason,
        at=at,
        kind="clawback_withdrawal",
    )
    of_creators = defaultdict(list)
    for clawback in standing.values():
        clawback.owed, clawback.withdrawn_at = 0, at
        clawback.withdrawn_by, clawback.withdrawal_reason = actor, reason
        of_creators[clawback.creator].append(clawback)
    Clawback.objects.bulk_update(
        standing.values(), ["owed", "withdrawn_at", "withdrawn_by", "withdrawal_reason"]
    )
    for creator, of_creator in of_creators.items():
        notify(
            person=creator,
            kind="clawback_withdrawn",
            key=f"clawback:{of_creator[0].id}:withdrawn",
            at=at,
            facts={"diamonds": sum(each.diamonds for each in of_creator), "reason": reason},
            url=reverse_url("payouts:clawbacks"),
        )

"""A creator asks to be paid, or calls it off."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from uuid_utils.compat import uuid7

from ledger.operations import IdempotencyConflict, InsufficientFunds, post
from ledger.units import DIAMOND
from payouts.gates import CODES, failed, gates
from payouts.gates.case import Gate
from payouts.gates.stops import creator_may_cancel
from payouts.models import PayoutLine, PayoutMethod, PayoutRequest
from payouts.operations.moves import WrongState, begin, hold_transfers, locked, move, release
from payouts.operations.risk import asks_for_a_person, assess
from payouts.queries import policy_for
from payouts.quotes import Part, Quote, quote
from payouts.states import State
from payouts.words import money


class NotEligible(Exception):
    """At least one gate is closed; code and words are those of the first. `gates` holds every closed one,
    `errors` the words by code."""

    codes = CODES

    def __init__(self, closed: list[Gate]) -> None:
        super().__init__(closed[0].sentence)
        self.gates = closed
        self.code = closed[0].code

    @property
    def errors(self) -> dict[str, list[str]]:
        return {gate.code: [gate.sentence] for gate in self.gates}


class UnusableMethod(Exception):
    """The method is retired, or someone else's."""


class QuoteChanged(Exception):
    """A rate or the terms changed since the creator saw the quote."""


def request_payout(
    *,
    creator,
    method_id: uuid.UUID,
    key: str,
    at: dt.datetime,
    diamonds: int = 0,
    cash: Mapping[str, int] | None = None,
    accepted_net: int | None = None,
    pay_date: dt.date | None = None,
) -> PayoutRequest:
    """Hold `diamonds` (in hundredths) and `cash` ({currency: smallest parts}), and ask for them to be paid to
    `method_id`.

    `accepted_net` is the net of the quote that the creator agreed to; a request that would bring anything
    else is refused. `pay_date` is that of the pay day that asks for the creator. The same key for the same
    request returns the first one.

    Raises NotEligible, UnusableMethod, UnableToQuote, QuoteChanged, IdempotencyConflict; nothing moves then.
    """
    key = f"{creator.pk}:{key}"
    asked = {unit: amount for unit, amount in {DIAMOND: diamonds, **(cash or {})}.items() if amount}
    try:
        with transaction.atomic():
            return _request(creator, asked, method_id, key, at, accepted_net, pay_date)
    except (IntegrityError, InsufficientFunds):
        # Someone asked at the same time, or spent the money on something else, and was first.
        closed = failed(gates(creator, at, asked, pay_date))
        if not closed:
            raise
        raise NotEligible(closed) from None


def _replayed(known: PayoutRequest, asked: Mapping[str, int], method_id: uuid.UUID) -> PayoutRequest:
    if (known.asked, known.method_id) != (asked, method_id):
        raise IdempotencyConflict("This key was used for another payout. Use a new one for each request.")
    return known


def _request(creator, asked, method_id, key, at, accepted_net, pay_date) -> PayoutRequest:
    # The lock on the method keeps it from being retired, and this creator's requests in a row.
    method = (
        PayoutMethod.objects.select_for_update()
        .filter(id=method_id, owner=creator, retired_at__isnull=True)
        .first()
    )
    known = PayoutRequest.objects.filter(key=key).first()
    if known is not None:
        return _replayed(known, asked, method_id)
    closed = failed(gates(creator, at, asked, pay_date))
    if closed:
        raise NotEligible(closed)
    if method is None:
        raise UnusableMethod("This bank account is not in use. Choose the one that is.")
    offer = quote(creator=creator, asked=asked, at=at)
    if accepted_net not in (None, offer.net):
        raise QuoteChanged(
            f"This would bring {money(offer.net, offer.currency)} now, "
            f"not the {money(accepted_net, offer.currency)} that you agreed to."
        )
    payout = _hold(creator, method, offer, key, at)
    begin(payout, at=at)
    signals = assess(payout=payout, at=at)
    move(payout, State.IN_REVIEW, at=at)
    if payout.gross <= offer.policy.review_above and not asks_for_a_person(signals):
        move(payout, State.APPROVED, at=at, code="small", internal_note="Below the amount that is reviewed.")
    return payout


def _hold(creator, method: PayoutMethod, offer: Quote, key: str, at: dt.datetime) -> PayoutRequest:
    payout_id = uuid7()
    entry = post(
        kind="payout_hold",
        key=f"payout:{payout_id}:hold",
        at=at,
        transfers=hold_transfers(creator.pk, offer.asked),
    )
    payout = PayoutRequest.objects.create(
        id=payout_id,
        key=key,
        creator=creator,
        method=method,
        policy=offer.policy,
        requested_at=at,
        gross_usd=offer.worth.usd,
        currency=offer.currency,
        gross=offer.gross,
        fx_fee=offer.fx_fee,
        fee=offer.fee,
        tax=offer.tax,
        tax_per_mille=offer.tax_per_mille,
        net=offer.net,
        hold_entry_id=entry.entry_id,
    )
    PayoutLine.objects.bulk_create(_line(payout, part) for part in offer.parts)
    return payout


def _line(payout: PayoutRequest, part: Part) -> PayoutLine:
    return PayoutLine(
        payout=payout,
        unit=part.unit,
        amount=part.amount,
        rate=part.rate,
        worth=part.worth,
        fx_rate=part.fx_rate,
        fx_source=part.fx_source,
        gross=part.gross,
    )


@transaction.atomic
def cancel(*, payout_id: uuid.UUID, creator, at: dt.datetime) -> PayoutRequest:
    """Called off by its creator, while nobody has approved it or something keeps it from leaving. Saying it
    twice does nothing more.

    Raises UnknownPayout (also for another's), WrongState."""
    payout = locked(payout_id, creator=creator)
    if payout.state == State.CANCELLED:
        return payout
    if not creator_may_cancel(payout, policy_for(str(creator.country), at)):
        raise WrongState(f"It is {payout.get_state_display().lower()}; you can cancel only before approval.")
    move(
        payout,
        State.CANCELLED,
        at=at,
        actor=creator,
        public_reason="You cancelled it.",
        release_entry_id=release(payout, at=at),
    )
    return payout

"""A creator asks to be paid, or calls it off."""

import datetime as dt
import uuid

from django.db import IntegrityError, transaction
from uuid_utils.compat import uuid7

from ledger.chart import CREATOR_DIAMONDS_AVAILABLE, CREATOR_DIAMONDS_HELD
from ledger.operations import IdempotencyConflict, InsufficientFunds, Transfer, post
from payouts import risk
from payouts.gates import failed, gates
from payouts.gates.case import Gate
from payouts.models import PayoutMethod, PayoutRequest
from payouts.operations.moves import WrongState, begin, locked, move, release
from payouts.quotes import Quote, quote
from payouts.states import CREATOR_MAY_CANCEL, State
from payouts.words import money


class NotEligible(Exception):
    """At least one gate is closed; the words are those of the first. `gates` holds every closed one."""

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
    diamonds: int,
    method_id: uuid.UUID,
    key: str,
    at: dt.datetime,
    accepted_net: int | None = None,
) -> PayoutRequest:
    """Hold `diamonds` (in hundredths) and ask for them to be paid to `method_id`.

    `accepted_net` is the net of the quote that the creator agreed to; a request that would bring anything
    else is refused. The same key for the same request returns the first one.

    Raises NotEligible, UnusableMethod, UnableToQuote, QuoteChanged, IdempotencyConflict; nothing moves then.
    """
    key = f"{creator.pk}:{key}"
    try:
        with transaction.atomic():
            return _request(creator, diamonds, method_id, key, at, accepted_net)
    except (IntegrityError, InsufficientFunds):
        # Someone asked at the same time, or spent the diamonds on something else, and was first.
        closed = failed(gates(creator, at, diamonds))
        if not closed:
            raise
        raise NotEligible(closed) from None


def _replayed(known: PayoutRequest, diamonds: int, method_id: uuid.UUID) -> PayoutRequest:
    if (known.diamonds, known.method_id) != (diamonds, method_id):
        raise IdempotencyConflict("This key was used for another payout. Use a new one for each request.")
    return known


def _request(creator, diamonds, method_id, key, at, accepted_net) -> PayoutRequest:
    # The lock on the method keeps it from being retired, and this creator's requests in a row.
    method = (
        PayoutMethod.objects.select_for_update()
        .filter(id=method_id, owner=creator, retired_at__isnull=True)
        .first()
    )
    known = PayoutRequest.objects.filter(key=key).first()
    if known is not None:
        return _replayed(known, diamonds, method_id)
    closed = failed(gates(creator, at, diamonds))
    if closed:
        raise NotEligible(closed)
    if method is None:
        raise UnusableMethod("This bank account is not in use. Choose the one that is.")
    offer = quote(creator=creator, diamonds=diamonds, at=at)
    if accepted_net not in (None, offer.net):
        raise QuoteChanged(
            f"This would bring {money(offer.net, offer.currency)} now, "
            f"not the {money(accepted_net, offer.currency)} that you agreed to."
        )
    payout = _hold(creator, method, offer, key, at)
    begin(payout, at=at)
    move(payout, State.IN_REVIEW, at=at, evidence={"signals": risk.signals(payout)})
    return payout


def _hold(creator, method: PayoutMethod, offer: Quote, key: str, at: dt.datetime) -> PayoutRequest:
    payout_id = uuid7()
    available, held = CREATOR_DIAMONDS_AVAILABLE.of(creator.pk), CREATOR_DIAMONDS_HELD.of(creator.pk)
    entry = post(
        kind="payout_hold",
        key=f"payout:{payout_id}:hold",
        at=at,
        transfers=[Transfer(available, held, offer.diamonds)],
    )
    return PayoutRequest.objects.create(
        id=payout_id,
        key=key,
        creator=creator,
        method=method,
        policy=offer.policy,
        requested_at=at,
        diamonds=offer.diamonds,
        diamond_rate=offer.worth.diamond_rate.value,
        gross_usd=offer.worth.usd,
        fx_rate=offer.worth.fx_rate.value,
        fx_source=offer.worth.fx_rate.source,
        currency=offer.currency,
        gross=offer.gross,
        fx_fee=offer.fx_fee,
        fee=offer.fee,
        tax=offer.tax,
        net=offer.net,
        hold_entry_id=entry.entry_id,
    )


@transaction.atomic
def cancel(*, payout_id: uuid.UUID, creator, at: dt.datetime) -> PayoutRequest:
    """Called off by its creator, while nobody has approved it. Saying it twice does nothing more.

    Raises UnknownPayout (also for another's), WrongState."""
    payout = locked(payout_id, creator=creator)
    if payout.state == State.CANCELLED:
        return payout
    if payout.state not in CREATOR_MAY_CANCEL:
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

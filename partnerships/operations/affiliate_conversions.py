"""Commissions on their way from a merchant's word to the creator's balance, and back."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.urls import reverse

from ledger.chart import AFFILIATE_PAYABLE, CREATOR_CASH_PENDING, PROGRAMME_EXPENSE
from ledger.operations import Transfer, post
from partnerships.affiliate_commission import taken_back
from partnerships.affiliate_states import MOVES, ConversionState
from partnerships.income_streams import Stream
from partnerships.models import AffiliateConversion, AffiliatePostback, AffiliateReversal
from partnerships.notices import notify
from partnerships.operations import cash
from partnerships.operations.income import refresh
from partnerships.webhooks import publish_conversion, publish_refund

Cause = AffiliateReversal.Cause


class UnknownConversion(Exception):
    """There is no such conversion."""

    code = "unknown_conversion"


class WrongConversionState(Exception):
    """Somebody moved it meanwhile, or it can't be done from where it stands."""

    code = "wrong_state"


class NotPermittedToDecide(Exception):
    """The permission is missing, or the conversion is the reviewer's own."""

    code = "not_permitted"


class ReasonMissing(Exception):
    """Its creator is told why."""

    code = "reason_missing"


def record(*, conversion: AffiliateConversion) -> AffiliateConversion:
    """Save a new one and owe its commission, which is nobody's yet. In the caller's transaction."""
    conversion.save(force_insert=True)
    _post(conversion, "held", _expense(conversion), _payable(conversion), conversion.recorded_at)
    _refresh(conversion)
    publish_conversion(conversion, at=conversion.recorded_at)
    return conversion


@transaction.atomic
def approve(*, conversion_id: uuid.UUID, at: dt.datetime, actor=None) -> AffiliateConversion:
    """The commission is the creator's, pending until its hold ends. `actor` is the reviewer; without one the
    programme approves by itself, and only what nothing was noticed about.

    Raises UnknownConversion, WrongConversionState, NotPermittedToDecide."""
    conversion = _locked(conversion_id)
    if actor is not None:
        _may_decide(actor, conversion)
    elif conversion.needs_review or not conversion.programme.approves_itself:
        raise NotPermittedToDecide("This conversion waits for a reviewer.")
    _move(conversion, ConversionState.APPROVED, decided_at=at, decided_by=actor)
    pending = CREATOR_CASH_PENDING.of(conversion.creator_id, conversion.currency)
    _post(conversion, "approved", _payable(conversion), pending, at)
    publish_conversion(conversion, at=at)
    return conversion


@transaction.atomic
def make_payable(*, conversion_id: uuid.UUID, at: dt.datetime) -> AffiliateConversion:
    """An approved commission whose hold is over becomes available. Raises UnknownConversion,
    WrongConversionState."""
    conversion = _locked(conversion_id)
    if conversion.payable_at > at:
        raise WrongConversionState(f"Its hold ends at {conversion.payable_at:%Y-%m-%d %H:%M} UTC.")
    _move(conversion, ConversionState.PAYABLE, credited_at=at)
    if conversion.kept:
        cash.make_available(
            creator_id=conversion.creator_id,
            currency=conversion.currency,
            amount=conversion.kept,
            kind="affiliate_payable",
            key=f"affiliate:{conversion.id}:payable",
            at=at,
        )
    _refresh(conversion)
    publish_conversion(conversion, at=at)
    return conversion


@transaction.atomic
def reject(*, conversion_id: uuid.UUID, actor, reason: str, at: dt.datetime) -> AffiliateConversion:
    """Take all of a commission back before it is payable; its creator reads `reason`.

    Raises UnknownConversion, WrongConversionState, NotPermittedToDecide, ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing("Write a reason: the creator reads it.")
    conversion = _locked(conversion_id)
    _may_decide(actor, conversion)
    kept = conversion.kept
    _assert_may(conversion, ConversionState.REJECTED)
    _take(conversion, kept, cause=Cause.REJECTION, on=at, at=at)
    _move(
        conversion, ConversionState.REJECTED, reason=reason.strip(), decided_at=at, decided_by=actor,
        reversed=conversion.commission,
    )  # fmt: skip
    _refresh(conversion)
    publish_conversion(conversion, at=at)
    _tell(conversion, "affiliate_rejected", at, {"amount": kept, "reason": conversion.reason})
    return conversion


@transaction.atomic
def refund(
    *,
    conversion_id: uuid.UUID,
    amount: int | None,
    postback: AffiliatePostback,
    cause: str,
    on: dt.datetime,
    at: dt.datetime,
) -> AffiliateReversal:
    """`amount` of the order went back to its buyer (None: all that was left of it), and with it that share of
    the commission, wherever that is by now. It counts for the day of `on`; what exceeds the order is left
    out.

    Raises UnknownConversion."""
    conversion = _locked(conversion_id)
    left = conversion.amount - conversion.refunded
    back = left if amount is None else min(amount, left)
    refunded = conversion.refunded + back
    gone = taken_back(commission=conversion.commission, amount=conversion.amount, refunded=refunded)
    taken = max(0, gone - conversion.reversed)
    reversal = _take(
        conversion, taken, cause=cause, refunded=back, postback=postback,
        on=max(on, conversion.converted_at), at=at,
    )  # fmt: skip
    changes = {"refunded": refunded, "reversed": conversion.reversed + taken}
    whole = refunded == conversion.amount
    if whole and ConversionState.REVERSED in MOVES[ConversionState(conversion.state)]:
        _move(conversion, ConversionState.REVERSED, **changes)
        publish_conversion(conversion, at=at)
    else:
        _write(conversion, changes)
        publish_refund(conversion, reversal_id=reversal.pk, at=at)
    _refresh(conversion)
    if conversion.credited_at is not None and taken:
        _tell(
            conversion, "affiliate_taken_back", at, {"amount": taken, "owed": reversal.owed},
            key=f"affiliate-reversal:{reversal.id}",
        )  # fmt: skip
    return reversal


def _take(
    conversion: AffiliateConversion, amount: int, *, on: dt.datetime, at: dt.datetime, **facts
) -> AffiliateReversal:
    """From where the commission is now, back to where it came from."""
    reversal = AffiliateReversal(conversion=conversion, commission=amount, at=on, **facts)
    key, kind = f"affiliate:reversal:{reversal.id}", "affiliate_reversal"
    if amount and conversion.state == ConversionState.HELD:
        back = Transfer(_payable(conversion), _expense(conversion), amount)
        reversal.entry_id = post(kind=kind, key=key, at=at, transfers=[back]).entry_id
    elif amount:
        taken = cash.take_back(
            creator_id=conversion.creator_id,
            currency=conversion.currency,
            amount=amount,
            pending=amount if conversion.state == ConversionState.APPROVED else 0,
            destination=_expense(conversion),
            kind=kind,
            key=key,
            at=at,
        )
        reversal.entry_id, reversal.owed = taken.entry_id, taken.owed
    reversal.save(force_insert=True)
    return reversal


def _locked(conversion_id: uuid.UUID) -> AffiliateConversion:
    rows = AffiliateConversion.objects.select_for_update(of=("self",)).select_related("programme", "creator")
    conversion = rows.filter(id=conversion_id).first()
    if conversion is None:
        raise UnknownConversion("There is no such conversion.")
    return conversion


def _may_decide(actor, conversion: AffiliateConversion) -> None:
    if not (actor.is_staff and actor.has_perm("partnerships.decide_affiliateconversion")):
        raise NotPermittedToDecide("You don't have the permission for this decision.")
    if actor.pk == conversion.creator_id:
        raise NotPermittedToDecide("Nobody decides about their own commission.")


def _assert_may(conversion: AffiliateConversion, to: ConversionState) -> None:
    was = ConversionState(conversion.state)
    if to not in MOVES[was]:
        raise WrongConversionState(
            f"A conversion that is {was.label.lower()} can't become {to.label.lower()}."
        )


def _move(conversion: AffiliateConversion, to: ConversionState, **changes) -> None:
    _assert_may(conversion, to)
    _write(conversion, {"state": to, **changes})


def _write(conversion: AffiliateConversion, changes: Mapping) -> None:
    rows = AffiliateConversion.objects.filter(id=conversion.id, state=conversion.state)
    if not rows.update(**changes):
        raise WrongConversionState("Somebody else has just moved this conversion.")
    for name, value in changes.items():
        setattr(conversion, name, value)


def _post(conversion: AffiliateConversion, step: str, source, destination, at: dt.datetime) -> None:
    if conversion.kept:
        post(
            kind=f"affiliate_{step}",
            key=f"affiliate:{conversion.id}:{step}",
            at=at,
            transfers=[Transfer(source, destination, conversion.kept)],
        )


def _expense(conversion: AffiliateConversion):
    return PROGRAMME_EXPENSE.platform(conversion.currency)


def _payable(conversion: AffiliateConversion):
    return AFFILIATE_PAYABLE.platform(conversion.currency)


def _refresh(conversion: AffiliateConversion) -> None:
    moments = [conversion.converted_at, *conversion.reversals.values_list("at", flat=True)]
    days = {moment.astimezone(dt.UTC).date() for moment in moments}
    refresh(creator_id=conversion.creator_id, stream=Stream.AFFILIATE, dates=sorted(days))


def _tell(
    conversion: AffiliateConversion, kind: str, at: dt.datetime, facts: Mapping, key: str | None = None
) -> None:
    notify(
        person=conversion.creator,
        kind=kind,
        key=key or f"{kind}:{conversion.id}",
        at=at,
        facts={
            **facts,
            "currency": conversion.currency,
            "order": conversion.order_id,
            "programme": conversion.programme.name,
        },
        url=reverse("partnerships:affiliate_conversion", args=[conversion.pk]),
    )

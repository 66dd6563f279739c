"""Staff record what the bank did with a payment that they made by hand. Each record has the bank's receipt,
and does to the payout what any bank's word does."""

import datetime as dt
import hashlib
import json
import uuid

from django.db import IntegrityError, transaction

from ledger import scans, vault
from payouts.models import BankEntry, HandRecord, PayoutRequest, Remittance
from payouts.operations.bank_messages import handle, keep
from payouts.queries.own import to_accounts_of
from payouts.rails.manual import CHANNEL
from payouts.remittance_states import RemittanceState
from payouts.states import State

What = HandRecord.What
EXPECTED = {
    What.PAID: RemittanceState.SENT,
    What.REFUSED: RemittanceState.SENT,
    What.RETURNED: RemittanceState.SETTLED,
}


class UnableToRecord(Exception):
    """This person may not record this, or it does not fit the payment; `code` names why, `field` the fact
    that is wrong, where one is. Nothing changed."""

    def __init__(self, code: str, words: str, field: str = "") -> None:
        super().__init__(words)
        self.code, self.field = code, field


def record(
    *,
    remittance_id: uuid.UUID,
    what: What,
    amount: int,
    booked_date: dt.date,
    evidence: bytes,
    actor,
    at: dt.datetime,
    bank_reference: str = "",
    code: str = "",
    words: str = "",
) -> HandRecord:
    """`amount`, in the smallest part, is what the receipt says, and must be the payment's. `code` and `words`
    say why the bank refused it or sent it back; `evidence` is the receipt's file.

    Raises UnableToRecord, payouts.scans.UnacceptableFile."""
    remittance = _recordable(remittance_id, what, amount, booked_date, actor, at)
    paper = scans.inspect(evidence)
    name = vault.keep("by_hand", evidence)
    try:
        with transaction.atomic():
            made = HandRecord.objects.create(
                remittance=remittance,
                what=what,
                booked_date=booked_date,
                bank_reference=bank_reference,
                code=code,
                words=words,
                recorded_by=actor,
                recorded_at=at,
                file=name,
                content_type=paper.content_type,
                digest=hashlib.sha256(evidence).hexdigest(),
            )
            raw = _raw(made, remittance)
            keep(channel=CHANNEL, raws=[raw], at=at)
    except IntegrityError:
        vault.remove(name)
        raise UnableToRecord("recorded_already", "Someone else has just recorded this.") from None
    handle(at=at)
    return made


def outcome(made: HandRecord) -> str:
    """Why a record could not be applied; empty if it was."""
    parked = BankEntry.objects.filter(
        message__channel=CHANNEL, message__sender_id=made.id.hex, outcome=BankEntry.Outcome.PARKED
    ).first()
    return parked.problem if parked else ""


def _raw(made: HandRecord, remittance: Remittance) -> str:
    facts = {
        "id": made.id.hex,
        "what": made.what,
        "end_to_end_id": remittance.end_to_end_id,
        "amount": remittance.amount,
        "currency": remittance.currency,
        "booked_date": made.booked_date.isoformat(),
        "bank_reference": made.bank_reference,
        "code": made.code,
        "words": made.words,
        "receipt": made.digest,
        "recorded_by": str(made.recorded_by_id),
    }
    return json.dumps(facts, sort_keys=True)


def _recordable(
    remittance_id: uuid.UUID, what: What, amount: int, booked_date: dt.date, actor, at: dt.datetime
) -> Remittance:
    """Raises UnableToRecord."""
    refuse_to_pay(actor)
    rows = Remittance.objects.select_related("payout").filter(rail=CHANNEL)
    remittance = rows.filter(id=remittance_id).first()
    if remittance is None:
        raise UnableToRecord("not_found", "There is no such payment by hand.")
    refuse_involved(remittance.payout, actor)
    if remittance.state != EXPECTED[what]:
        state = remittance.get_state_display().lower()
        raise UnableToRecord("wrong_state", f"This payment is {state}: read it again before you record.")
    if amount != remittance.amount:
        raise UnableToRecord(
            "wrong_amount", "This is not the amount that was to be paid. Look again.", "amount"
        )
    if not remittance.committed_at.date() <= booked_date <= at.date():
        raise UnableToRecord(
            "wrong_day", "The day lies before the payment was ordered, or in the future.", "booked_date"
        )
    return remittance


def refuse_to_pay(actor) -> None:
    """Raises UnableToRecord."""
    if not (actor.is_staff and actor.has_perm("payouts.pay_by_hand")):
        raise UnableToRecord("not_permitted", "You don't have the permission to pay by hand.")


def refuse_involved(payout: PayoutRequest, actor) -> None:
    """One person approves, another pays, and nobody pays themselves. Raises UnableToRecord."""
    if payout.creator_id == actor.pk:
        raise UnableToRecord("own_payout", "Nobody pays their own payout.")
    if PayoutRequest.objects.filter(to_accounts_of([actor]), pk=payout.pk).exists():
        raise UnableToRecord("own_account", "This goes to an account of yours; someone else pays it.")
    approvals = payout.events.filter(actor=actor, to_state=State.APPROVED)
    if payout.first_approved_by_id == actor.pk or approvals.exists():
        raise UnableToRecord("approved_by_you", "You approved this payout; someone else pays it.")

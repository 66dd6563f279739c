"""Files of the bank that a person brings. Each moves nothing before another person has confirmed it, and it
never decides about a payout of either: what it says of one waits for somebody else."""

import datetime as dt
import uuid

from django.db import transaction

from payouts import rails
from payouts.models import BankMessage
from payouts.operations.bank_messages import handle, keep
from payouts.operations.review import MissingReason, NotPermitted

Outcome = BankMessage.Outcome


class NotBrought(Exception):
    """There is no such file, or somebody has decided about it."""

    code = "not_brought"


def bring(*, text: str, channel: str, actor, at: dt.datetime) -> BankMessage | None:
    """A message that a person downloaded at the bank: kept until somebody else confirms it. None for one that
    is here already. Raises NotPermitted, payouts.rails.interface.UnreadableMessage; then nothing is kept."""
    _refuse_without_permission(actor)
    said = rails.channels()[channel].read(text)
    with transaction.atomic():
        kept = BankMessage.objects.filter(
            pk__in=[row.pk for row in keep(channel=channel, raws=[text], at=at, by=actor)]
        )
        kept.update(kind=said.kind, sender_id=said.sender_id)
    return kept.first()


def confirm(*, message_id: uuid.UUID, actor, at: dt.datetime) -> BankMessage:
    """Somebody other than who brought it has seen that the file is the bank's: it is read and applied.

    Raises NotPermitted, NotBrought."""
    with transaction.atomic():
        message = _brought(message_id, actor)
        if message.brought_by_id == actor.pk:
            raise NotPermitted("You brought this file; somebody else confirms it.")
        _decide(message, outcome=Outcome.WAITING, confirmed_by=actor, confirmed_at=at)
    handle(at=at)
    message.refresh_from_db()
    return message


def throw_away(*, message_id: uuid.UUID, actor, reason: str, at: dt.datetime) -> BankMessage:
    """The file is not the bank's, or not needed. Should the bank send it by a line, it is read all the same.

    Raises NotPermitted, MissingReason, NotBrought."""
    if not reason.strip():
        raise MissingReason("Write why: whoever brought it reads it.")
    with transaction.atomic():
        message = _brought(message_id, actor)
        _decide(message, outcome=Outcome.THROWN_AWAY, processed_at=at, problem=reason.strip())
    return message


def _refuse_without_permission(actor) -> None:
    if not (actor.is_staff and actor.has_perm("payouts.add_bankmessage")):
        raise NotPermitted("You don't have the permission to bring the bank's messages.")


def _brought(message_id: uuid.UUID, actor) -> BankMessage:
    """Locked. Raises NotPermitted, NotBrought."""
    _refuse_without_permission(actor)
    waiting = BankMessage.objects.select_for_update(of=("self",)).defer("raw")
    message = waiting.filter(id=message_id, outcome=Outcome.BROUGHT).first()
    if message is None:
        raise NotBrought("There is no such file, or somebody has decided about it.")
    return message


def _decide(message: BankMessage, **facts) -> None:
    for name, fact in facts.items():
        setattr(message, name, fact)
    message.save(update_fields=list(facts))

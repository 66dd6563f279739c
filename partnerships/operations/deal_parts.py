"""What a deal is made of: added, changed and removed by its creator, approved by its brand."""

import datetime as dt
import uuid

from django.db import transaction

from ledger.operations import IdempotencyConflict
from partnerships.deal_states import DELIVERABLE_MOVES, DeliverableState
from partnerships.models import BrandDeal, Deliverable, Exclusivity, Milestone, UsageRight
from partnerships.operations.deal_moves import UnableToMove, UnknownDeal, locked, tell
from partnerships.operations.deal_reminders import tell_of_word
from partnerships.operations.deals import UnableToSave

PARTS = (Deliverable, Milestone, UsageRight, Exclusivity)
Part = Deliverable | Milestone | UsageRight | Exclusivity


@transaction.atomic
def save_part(
    *,
    creator,
    deal_id: uuid.UUID,
    model: type[Part],
    key: uuid.UUID,
    at: dt.datetime,
    new: bool = False,
    **facts,
) -> Part:
    """A new part of the deal, or other facts of the one with this id; facts that are left out stay. Who means
    a `new` one gets the first again under the same key.

    Raises UnknownDeal, UnableToSave, ledger.operations.IdempotencyConflict."""
    deal = locked(creator.pk, deal_id)
    found = model.objects.filter(pk=key).first()
    if found and found.deal_id != deal.pk:
        raise UnknownDeal("There is no such thing in this deal.")
    _refuse_impossible(deal, found, facts)
    part = found or model(pk=key, deal=deal)
    changed = [name for name, value in facts.items() if getattr(part, name) != value]
    if found and new and changed:
        raise IdempotencyConflict("This key was used for another one before.")
    for name in changed:
        setattr(part, name, facts[name])
    if isinstance(part, Deliverable) and "due_date" in changed:
        part.reminded_date = None
    part.save()
    if changed:
        done = "changed" if found else "added"
        tell(deal, f"{_called(model)} {done}: {part}", at=at, actor=creator)
    return part


@transaction.atomic
def remove_part(
    *, creator, deal_id: uuid.UUID, model: type[Part], part_id: uuid.UUID, at: dt.datetime
) -> None:
    """Raises UnknownDeal, UnableToSave."""
    deal = locked(creator.pk, deal_id)
    found = model.objects.filter(pk=part_id, deal=deal).first()
    if found is None:
        raise UnknownDeal("There is no such thing in this deal.")
    if isinstance(found, Milestone) and found.invoice_id:
        raise UnableToSave("invoiced", "An invoice asks for this milestone.", "amount")
    found.delete()
    tell(deal, f"{_called(model)} removed: {found}", at=at, actor=creator)


def _called(model: type[Part]) -> str:
    return str(model._meta.verbose_name).capitalize()


def _refuse_impossible(deal: BrandDeal, found: Part | None, facts: dict) -> None:
    first, last = (facts.get(name, getattr(found, name, None)) for name in ("from_date", "until_date"))
    if first and last and last < first:
        raise UnableToSave("ends_before", "It ends before it begins.", "until_date")
    if (
        isinstance(found, Milestone)
        and found.invoice_id
        and facts.get("amount", found.amount) != found.amount
    ):
        raise UnableToSave("invoiced", "An invoice asks for this milestone: its amount stays.", "amount")
    evidence = facts.get("disclosure_file")
    if evidence and evidence.deal_id != deal.pk:
        raise UnableToSave("not_a_file", "Choose a file of this deal.", "disclosure_file")


@transaction.atomic
def move_deliverable(
    *, creator, deliverable_id: uuid.UUID, to: DeliverableState, at: dt.datetime, proof_url: str = ""
) -> Deliverable:
    """A link that comes with any move is kept, and shown to the brand; publishing needs the one that
    proves it. Whoever wants it where it is already is content.

    Raises UnknownDeal, UnableToMove."""
    deal_id = Deliverable.objects.filter(pk=deliverable_id).values_list("deal_id", flat=True).first()
    if deal_id is None:
        raise UnknownDeal("There is no such deliverable.")
    deal = locked(creator.pk, deal_id)
    deliverable = deal.deliverables.get(pk=deliverable_id)
    if deliverable.state != to:
        _move(deal, deliverable, to, at=at, actor=creator, proof_url=proof_url)
    return deliverable


@transaction.atomic
def brand_says(
    *, deal_id: uuid.UUID, deliverable_id: uuid.UUID, to: DeliverableState, comment: str, at: dt.datetime
) -> Deliverable:
    """Whoever holds the deal's link approves what was submitted, or wants changes and says which.

    Raises UnknownDeal, UnableToMove."""
    deal = (
        BrandDeal.objects.select_for_update(of=("self",)).select_related("creator", "brand").get(pk=deal_id)
    )
    deliverable = deal.deliverables.filter(pk=deliverable_id).first()
    if deliverable is None:
        raise UnknownDeal("There is no such deliverable.")
    if deliverable.state == to:
        return deliverable
    if deliverable.state != DeliverableState.SUBMITTED:
        raise UnableToMove("not_submitted", "This is not waiting for your word any more. Look again.")
    if to == DeliverableState.CHANGES and not comment:
        raise UnableToMove("no_comment", "Say what you would like to have changed.")
    _move(deal, deliverable, to, at=at, comment=comment)
    tell_of_word(deliverable=deliverable, comment=comment, at=at)
    return deliverable


def _move(
    deal: BrandDeal, deliverable: Deliverable, to: DeliverableState, *, at: dt.datetime, actor=None,
    proof_url: str = "", comment: str = "",
) -> None:  # fmt: skip
    was = DeliverableState(deliverable.state)
    if to not in DELIVERABLE_MOVES[was]:
        raise UnableToMove("no_such_move", f"What is {was.label.lower()} can't become {to.label.lower()}.")
    changes: dict = {"state": to, "proof_url": proof_url or deliverable.proof_url}
    if to == DeliverableState.PUBLISHED:
        if not changes["proof_url"]:
            raise UnableToMove(
                "no_proof", "Add the link at which it is published: the brand will ask for it."
            )
        changes["published_date"] = at.astimezone(dt.UTC).date()
    if to in {DeliverableState.APPROVED, DeliverableState.CHANGES}:
        approved = to == DeliverableState.APPROVED
        changes |= {"brand_comment": comment, "approved_at": at if approved else None}
    if not Deliverable.objects.filter(pk=deliverable.pk, state=was).update(**changes):
        raise UnableToMove("moved", "Someone else has just moved it. Look again.")
    for name, value in changes.items():
        setattr(deliverable, name, value)
    who = "" if actor else f"{deal.brand} says: "
    tell(deal, f"{who}{deliverable} – {to.label.lower()}", at=at, actor=actor, note=comment)

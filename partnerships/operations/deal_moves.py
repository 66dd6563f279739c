"""Moving a deal from stage to stage, and writing down what happens to it. The other operations on deals build
on this; nothing else writes `stage`."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import F

from partnerships.deal_states import DONE, LIVE, MOVES, OPEN, InvoiceState, Stage
from partnerships.models import BrandDeal, DealEvent, Invoice
from partnerships.webhooks import publish_deal_move


class UnknownDeal(Exception):
    """There is no such deal, or no such thing of it, or it is someone else's."""

    code = "not_found"


class Stale(Exception):
    """Someone else changed the deal meanwhile."""

    code = "stale"


class UnableToMove(Exception):
    """The deal can't go there from where it is, or something is missing for it; `code` names what."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def locked(creator_id: uuid.UUID, deal_id: uuid.UUID) -> BrandDeal:
    """The deal's row, locked until the transaction ends. Raises UnknownDeal."""
    mine = BrandDeal.objects.select_for_update(of=("self",)).select_related("brand", "creator")
    deal = mine.filter(creator_id=creator_id, pk=deal_id).first()
    if deal is None:
        raise UnknownDeal("There is no such deal.")
    return deal


def refuse_stale(deal: BrandDeal, version: int) -> None:
    """`deal` was read under lock. Raises Stale."""
    if deal.version != version:
        raise Stale(
            f"“{deal}” was changed meanwhile, and is {deal.get_stage_display().lower()} now. None of yours "
            "was saved: look at it again, then decide."
        )


@transaction.atomic
def move_deal(
    *, creator, deal_id: uuid.UUID, version: int, to: Stage, at: dt.datetime, note: str = ""
) -> BrandDeal:
    """Whoever wants it where it is already is content.

    Raises UnknownDeal, Stale, UnableToMove."""
    deal = locked(creator.pk, deal_id)
    if deal.stage == to:
        return deal
    refuse_stale(deal, version)
    move(deal, to, at=at, actor=creator, note=note)
    return deal


def move(deal: BrandDeal, to: Stage, *, at: dt.datetime, actor=None, note: str = "") -> None:
    """Move and write the event. `deal` was read under lock. Raises UnableToMove, Stale."""
    was = Stage(deal.stage)
    if to not in MOVES[was]:
        ways = " or ".join(stage.label.lower() for stage in MOVES[was])
        where = f" From here it can become {ways}." if ways else " It stays where it is."
        raise UnableToMove(
            "no_such_move", f"A deal that is {was.label.lower()} can't become {to.label.lower()}.{where}"
        )
    _refuse_unready(deal, to)
    unmoved = BrandDeal.objects.filter(pk=deal.pk, stage=was, version=deal.version)
    if not unmoved.update(stage=to, version=F("version") + 1, moved_at=at):
        raise Stale("Someone else has just changed this deal. Look at it again, then decide.")
    deal.stage, deal.version, deal.moved_at = to, deal.version + 1, at
    event = DealEvent.objects.create(
        deal=deal,
        at=at,
        actor=actor,
        what=f"Moved to {to.label.lower()}",
        from_stage=was,
        to_stage=to,
        note=note,
    )
    publish_deal_move(event)


def _refuse_unready(deal: BrandDeal, to: Stage) -> None:
    if to == Stage.DELIVERED:
        left = deal.deliverables.exclude(state__in=DONE).count()
        if left and deal.stage != Stage.INVOICED:
            raise UnableToMove(
                "not_delivered",
                f"{left} deliverable{'s are' if left > 1 else ' is'} neither published nor dropped yet.",
            )
    found = _invoices(deal)
    if to == Stage.INVOICED and not found & LIVE:
        raise UnableToMove("no_invoice", "No invoice of this deal is out. Write and issue one first.")
    if to == Stage.PAID and found & OPEN:
        raise UnableToMove("not_paid", "Its invoices are not paid. Record what came, and it moves by itself.")
    if to == Stage.PAID and InvoiceState.PAID not in found:
        raise UnableToMove("not_paid", "No invoice of it was paid. Issue one and record what came for it.")
    if to == Stage.INVOICED and deal.stage == Stage.PAID and not found & OPEN:
        raise UnableToMove("all_paid", "All of its invoices are paid.")
    if deal.stage == Stage.INVOICED and to == Stage.DELIVERED and found & LIVE:
        raise UnableToMove("invoiced", "An invoice of it is out: cancel it first, or leave the deal here.")
    if to == Stage.LOST and found & OPEN:
        raise UnableToMove("open_invoice", "An invoice of it is open: cancel it or write it off first.")


def _invoices(deal: BrandDeal) -> set[InvoiceState]:
    """In which states there are any; credit notes aside."""
    states = Invoice.objects.filter(deal=deal, credits=None).values_list("state", flat=True)
    return {InvoiceState(state) for state in states.distinct()}


def follow_invoices(deal: BrandDeal, *, at: dt.datetime) -> None:
    """After an invoice changed: what is invoiced was agreed, a delivered deal whose milestones are all asked
    for is invoiced, an invoiced one whose invoices are all settled is paid, and back again. `deal` was read
    under lock."""
    found = _invoices(deal)
    if deal.stage in (Stage.LEAD, Stage.NEGOTIATING) and found & LIVE:
        move(deal, Stage.CONTRACTED, at=at)
    if deal.stage == Stage.PAID and found & OPEN:
        move(deal, Stage.INVOICED, at=at)
    if deal.stage == Stage.INVOICED and not found & LIVE and InvoiceState.WRITTEN_OFF not in found:
        move(deal, Stage.DELIVERED, at=at)
    if deal.stage == Stage.DELIVERED and found & LIVE:
        waiting = deal.milestones.filter(invoice=None) | deal.milestones.filter(
            invoice__state=InvoiceState.DRAFT
        )
        if not waiting.exists():
            move(deal, Stage.INVOICED, at=at)
    if deal.stage == Stage.INVOICED and not found & OPEN and InvoiceState.PAID in found:
        move(deal, Stage.PAID, at=at)


def tell(deal: BrandDeal, what: str, *, at: dt.datetime, actor=None, note: str = "") -> None:
    """Write an event that leaves the deal where it is."""
    DealEvent.objects.create(deal=deal, at=at, actor=actor, what=what[:200], note=note)

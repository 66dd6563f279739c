"""Brand deals as creators write them down."""

import datetime as dt
from decimal import Decimal

from uuid_utils.compat import uuid7

from partnerships.deal_states import DeliverableState, Stage
from partnerships.models import Brand, BrandDeal, Deliverable, Exclusivity, Invoice, Milestone
from partnerships.operations.deal_invoices import Line, draft_invoice, issue_invoice, save_series
from partnerships.operations.deal_moves import move_deal
from partnerships.operations.deal_parts import move_deliverable, save_part
from partnerships.operations.deals import Terms, brand_named, create_deal

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
PROOF = "https://video.example/1"


def days(count: int) -> dt.timedelta:
    return dt.timedelta(days=count)


def brand_of(creator, name: str = "Aurora Audio") -> Brand:
    return brand_named(creator=creator, name=name, at=NOW)


def deal_of(
    creator, title: str = "Headphones", *, brand: str = "Aurora Audio", stage=Stage.LEAD, **terms
) -> BrandDeal:
    facts = {"title": title, "value": 100_000, "currency": "EUR"} | terms
    return create_deal(
        creator=creator,
        brand=brand_of(creator, brand),
        terms=Terms(**facts),
        key=uuid7(),
        stage=stage,
        at=NOW,
    )


def deliverable_of(deal, title: str = "A video", **facts) -> Deliverable:
    whole = {"kind": Deliverable.Kind.VIDEO, "title": title, "due_date": TODAY + days(10)} | facts
    return save_part(creator=deal.creator, deal_id=deal.pk, model=Deliverable, key=uuid7(), at=NOW, **whole)


def milestone_of(deal, amount: int = 50_000, **facts) -> Milestone:
    whole = {"title": "First half", "amount": amount, "due_date": TODAY + days(20)} | facts
    return save_part(creator=deal.creator, deal_id=deal.pk, model=Milestone, key=uuid7(), at=NOW, **whole)


def exclusivity_of(deal, category: str = "headphones", **facts) -> Exclusivity:
    whole = {"category": category, "from_date": TODAY, "until_date": TODAY + days(60)} | facts
    return save_part(
        creator=deal.creator,
        deal_id=deal.pk,
        model=Exclusivity,
        key=uuid7(),
        at=NOW,
        **whole,
    )


def published(deliverable: Deliverable) -> Deliverable:
    return move_deliverable(
        creator=deliverable.deal.creator, deliverable_id=deliverable.pk, to=DeliverableState.PUBLISHED,
        proof_url=PROOF, at=NOW,
    )  # fmt: skip


def moved(deal: BrandDeal, to: Stage, at: dt.datetime = NOW) -> BrandDeal:
    return move_deal(creator=deal.creator, deal_id=deal.pk, version=deal.version, to=to, at=at)


def drafted(deal: BrandDeal, net: int = 100_000, percent: str = "0", **facts) -> Invoice:
    return draft_invoice(
        creator=deal.creator, deal_id=deal.pk, key=uuid7(), lines=[Line(text="Videos", unit_price=net)],
        tax_percent=Decimal(percent), at=NOW, **facts,
    )  # fmt: skip


def invoiced(
    deal: BrandDeal, net: int = 100_000, percent: str = "0", at: dt.datetime = NOW, **facts
) -> Invoice:
    save_series(creator=deal.creator, prefix="LUMI", seller_name="Lumi Aalto", seller_address="Lindenweg 4")
    draft = drafted(deal, net, percent, **facts)
    return issue_invoice(creator=deal.creator, invoice_id=draft.pk, at=at)

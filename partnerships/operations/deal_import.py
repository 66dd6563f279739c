"""Files with brand deals: those that were downloaded here, and those that creators kept elsewhere. A row with
the reference of a deal changes it; its stage moves on the board alone."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Exists, OuterRef

from ledger.operations import IdempotencyConflict
from ledger.units import to_decimal
from partnerships.deal_states import BEGINNINGS, Stage
from partnerships.imports import BadRow, Cells, Column, Dialect, Row
from partnerships.imports.dialects import Facts
from partnerships.models import BrandDeal, Invoice, Milestone
from partnerships.operations.deal_moves import Stale, UnknownDeal
from partnerships.operations.deals import Terms, UnableToSave, change_deal, create_deal

COLUMNS = (
    Column("reference", ("Reference", "ID"), required=False),
    Column("title", ("Title", "Deal", "Campaign")),
    Column("brand", ("Brand", "Company", "Client")),
    Column("stage", ("Stage", "Status"), required=False),
    Column("value", ("Value", "Amount", "Fee")),
    Column("currency", ("Currency",)),
    Column("category", ("Category",), required=False),
    Column("start_date", ("Begins", "Start date"), required=False),
    Column("end_date", ("Ends", "End date"), required=False),
    Column("source", ("Source",), required=False),
    Column("notes", ("Notes",), required=False),
)
_LONGEST = {"title": 140, "brand": 120, "category": 60, "notes": 5000}


def deals_of(lines, *, owner, subject: None) -> Mapping[uuid.UUID, BrandDeal]:
    """All of the creator's, each with whether milestones or invoices keep its brand and currency."""
    fixed = Exists(Invoice.objects.filter(deal=OuterRef("pk")))
    fixed |= Exists(Milestone.objects.filter(deal=OuterRef("pk")))
    rows = BrandDeal.objects.filter(creator=owner).select_related("brand").defer("notes")
    return {deal.pk: deal for deal in rows.annotate(fixed=fixed)}


def read_deals(
    cells: Cells, *, owner, subject: None, at: dt.datetime, found: Mapping[uuid.UUID, BrandDeal]
) -> Row:
    currency = cells.currency("currency")
    facts: dict[str, str | int | None] = {
        "title": _text(cells, "title"),
        "brand": " ".join(_text(cells, "brand").split()),
        "stage": _chosen(cells, "stage", Stage, Stage.LEAD),
        "value": cells.parts("value", currency, default="0"),
        "currency": currency,
        "category": _text(cells, "category", ""),
        "start_date": _day(cells, "start_date"),
        "end_date": _day(cells, "end_date"),
        "source": _chosen(cells, "source", BrandDeal.Source, BrandDeal.Source.OTHER),
        "notes": _text(cells, "notes", ""),
    }
    if facts["value"] < 0:
        raise BadRow("Value: is below zero.")
    if facts["start_date"] and facts["end_date"] and facts["end_date"] < facts["start_date"]:
        raise BadRow("Ends: is before it begins.")
    reference = cells.text("reference", "")
    told = reference or f"{facts['brand']} {facts['title']} {facts['start_date']}".casefold()
    known = found.get(_key(owner, told))
    _refuse_impossible(known, facts)
    identity = known.pk if known else uuid.uuid5(owner.pk, f"deal {told}")
    facts["id"] = str(identity)
    return Row(str(identity), facts, f"{facts['title']}, {facts['brand']}", facts["value"], currency)


def _key(owner, told: str) -> uuid.UUID:
    try:
        return uuid.UUID(told)
    except ValueError:
        return uuid.uuid5(owner.pk, f"deal {told}")


def _refuse_impossible(known: BrandDeal | None, facts: Mapping) -> None:
    if known is None and facts["stage"] not in BEGINNINGS:
        raise BadRow("Stage: what comes later is written down here. Bring it as delivered or earlier.")
    if known and known.stage != facts["stage"]:
        raise BadRow(f"Stage: it is {known.get_stage_display().lower()} here, and moves on the board alone.")
    if known and (known.currency, known.brand.name.casefold()) != (
        facts["currency"],
        facts["brand"].casefold(),
    ):
        if known.fixed:
            raise BadRow("Its milestones or invoices name another brand or currency.")


def _text(cells: Cells, name: str, default: str | None = None) -> str:
    """Without the apostrophe that our own files put before what looks like a formula."""
    text = cells.text(name, default, longest=_LONGEST[name])
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text


def _day(cells: Cells, name: str) -> str | None:
    return cells.day(name).isoformat() if cells.text(name, "") else None


def _chosen(cells: Cells, name: str, choices, default: str) -> str:
    told = cells.text(name, default)
    for value, label in choices.choices:
        if told.casefold() in {value, label.casefold()}:
            return value
    raise BadRow(f"{name.capitalize()}: “{told}” is none of {', '.join(choices.labels)}.")


def known_deals(identities: Collection[str], *, owner, subject: None) -> Mapping[str, Facts]:
    rows = BrandDeal.objects.filter(creator=owner, pk__in=identities).select_related("brand")
    return {str(deal.pk): facts_of(deal) for deal in rows}


def facts_of(deal: BrandDeal) -> Facts:
    names = ("title", "stage", "value", "currency", "category", "source", "notes")
    days = {
        name: getattr(deal, name) and getattr(deal, name).isoformat() for name in ("start_date", "end_date")
    }
    return (
        {name: getattr(deal, name) for name in names} | days | {"brand": deal.brand.name, "id": str(deal.pk)}
    )


def apply_deals(rows: Sequence[Facts], *, owner, subject: None, at: dt.datetime) -> None:
    for facts in rows:
        key = uuid.UUID(facts["id"])
        terms = Terms(
            **{name: facts[name] for name in ("title", "value", "currency", "category", "source", "notes")},
            start_date=_date(facts["start_date"]),
            end_date=_date(facts["end_date"]),
        )
        brand = facts["brand"]
        deal = BrandDeal.objects.filter(creator=owner, pk=key).first()
        if deal:
            change_deal(creator=owner, deal_id=key, version=deal.version, brand=brand, terms=terms, at=at)
        else:
            create_deal(creator=owner, brand=brand, terms=terms, key=key, at=at, stage=Stage(facts["stage"]))


def _date(told: str | None) -> dt.date | None:
    return dt.date.fromisoformat(told) if told else None


def sheet_rows(deals) -> list[dict[str, object]]:
    """As `DEALS` reads them back."""
    return [
        {
            "Reference": str(deal.pk),
            "Title": deal.title,
            "Brand": deal.brand.name,
            "Stage": deal.get_stage_display(),
            "Value": str(to_decimal(deal.value, deal.currency)),
            "Currency": deal.currency,
            "Category": deal.category,
            "Begins": deal.start_date or "",
            "Ends": deal.end_date or "",
            "Source": deal.get_source_display(),
            "Notes": deal.notes,
        }
        for deal in deals
    ]


DEALS = Dialect(
    code="brand-deals",
    label="Brand deals",
    columns=COLUMNS,
    read=read_deals,
    known=known_deals,
    apply=apply_deals,
    look_up=deals_of,
    refusals=(UnableToSave, UnknownDeal, Stale, IdempotencyConflict),
    scope="deals",
    page="partnerships:deal_table",
    hint="One row for each deal. One whose reference is known changes that deal.",
    example=(
        ("Reference", "Title", "Brand", "Stage", "Value", "Currency", "Category", "Begins", "Ends"),
        (
            "A-17",
            "Three videos",
            "Aurora Audio",
            "Negotiating",
            "2400.00",
            "EUR",
            "headphones",
            "2026-03-01",
            "",
        ),
    ),
)

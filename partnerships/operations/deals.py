"""A creator writes down brands and deals. The `key` of each is its id, minted with the form: the same form
sent twice makes one."""

import datetime as dt
import uuid
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Lower

from ledger.operations import IdempotencyConflict
from partnerships.deal_states import BEGINNINGS, Stage
from partnerships.models import Brand, BrandDeal, Contact
from partnerships.operations.deal_moves import UnknownDeal, locked, refuse_stale, tell


class UnableToSave(ValueError):
    """`field` is the one that is wrong."""

    def __init__(self, code: str, words: str, field: str) -> None:
        super().__init__(words)
        self.code, self.field = code, field


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a deal is about. `value` is without tax, in the smallest part of `currency`."""

    title: str
    value: int
    currency: str
    category: str = ""
    start_date: dt.date | None = None
    end_date: dt.date | None = None
    source: str = BrandDeal.Source.INBOUND
    notes: str = ""


def save_brand(*, creator, key: uuid.UUID, at: dt.datetime, name: str, **facts: str) -> Brand:
    """A new brand, or what is known of the one with this id. `facts` are its other columns.

    Raises UnableToSave, UnknownDeal."""
    found = Brand.objects.filter(pk=key).first()
    if found and found.creator_id != creator.pk:
        raise UnknownDeal("There is no such brand.")
    brand = found or Brand(pk=key, creator=creator, made_at=at)
    brand.name = " ".join(name.split())
    for column, value in facts.items():
        setattr(brand, column, value)
    try:
        with transaction.atomic():
            brand.save()
    except IntegrityError as error:
        raise UnableToSave("known", "You have a brand of this name already.", "name") from error
    return brand


def brand_named(*, creator, name: str, at: dt.datetime) -> Brand:
    """The creator's brand of this name, whatever its case; a new one if there is none."""
    name = " ".join(name.split())
    # As the constraint compares: in some letters the upper case differs where the lower one does not.
    same = Brand.objects.alias(lower=Lower("name")).filter(creator=creator, lower=Lower(Value(name)))
    known = same.first()
    if known is None:
        with transaction.atomic():
            Brand.objects.bulk_create([Brand(creator=creator, name=name, made_at=at)], ignore_conflicts=True)
        known = same.get()
    return known


@transaction.atomic
def save_contact(*, creator, brand_id: uuid.UUID, key: uuid.UUID, **facts: str) -> Contact:
    """Raises UnknownDeal."""
    if not Brand.objects.filter(creator=creator, pk=brand_id).exists():
        raise UnknownDeal("There is no such brand.")
    if Contact.objects.filter(pk=key).exclude(brand_id=brand_id).exists():
        raise UnknownDeal("There is no such contact.")
    return Contact.objects.update_or_create(pk=key, defaults={"brand_id": brand_id, **facts})[0]


def remove_contact(*, creator, contact_id: uuid.UUID) -> None:
    """What is gone already stays gone."""
    Contact.objects.filter(brand__creator=creator, pk=contact_id).delete()


def _brand(creator, brand: Brand | str, at: dt.datetime) -> Brand:
    """Raises UnknownDeal."""
    if isinstance(brand, str):
        return brand_named(creator=creator, name=brand, at=at)
    if brand.creator_id != creator.pk:
        raise UnknownDeal("There is no such brand.")
    return brand


@transaction.atomic
def create_deal(
    *, creator, brand: Brand | str, terms: Terms, key: uuid.UUID, at: dt.datetime, stage: Stage = Stage.LEAD
) -> BrandDeal:
    """With one of their brands, or with the one of this name, which is new where there is none.

    Raises UnknownDeal, UnableToSave, ledger.operations.IdempotencyConflict."""
    brand = _brand(creator, brand, at)
    if stage not in BEGINNINGS:
        raise UnableToSave(
            "not_a_beginning",
            "Invoices and payments move a deal this far: write it down as delivered.",
            "stage",
        )
    _refuse_impossible(terms)
    deal, made = BrandDeal.objects.get_or_create(
        pk=key,
        defaults={
            "creator": creator, "brand": brand, "stage": stage, "made_at": at, "moved_at": at, **asdict(terms)
        },
    )  # fmt: skip
    if made:
        tell(deal, f"Written down as {stage.label.lower()}", at=at, actor=creator)
    elif deal.creator_id != creator.pk:
        raise UnknownDeal("There is no such deal.")
    elif (deal.title, deal.brand_id) != (terms.title, brand.pk):
        raise IdempotencyConflict("This form was sent before, with other words. Open it again.")
    return deal


@transaction.atomic
def change_deal(
    *, creator, deal_id: uuid.UUID, version: int, brand: Brand | str, terms: Terms, at: dt.datetime
) -> BrandDeal:
    """`brand` as for `create_deal`. Raises UnknownDeal, Stale, UnableToSave."""
    deal = locked(creator.pk, deal_id)
    refuse_stale(deal, version)
    brand = _brand(creator, brand, at)
    _refuse_impossible(terms)
    fixed = deal.invoices.exists()
    if terms.currency != deal.currency and (fixed or deal.milestones.exists()):
        raise UnableToSave(
            "currency_in_use", f"Milestones or invoices of it are in {deal.currency} already.", "currency"
        )
    if brand.pk != deal.brand_id and fixed:
        raise UnableToSave("brand_in_use", "Invoices of it were written to this brand already.", "brand")
    changed = [name for name, value in asdict(terms).items() if getattr(deal, name) != value]
    if not changed and brand.pk == deal.brand_id:
        return deal
    BrandDeal.objects.filter(pk=deal.pk).update(**asdict(terms), brand=brand, version=F("version") + 1)
    tell(deal, "Changed", at=at, actor=creator, note=", ".join(name.replace("_", " ") for name in changed))
    deal.refresh_from_db()
    return deal


def _refuse_impossible(terms: Terms) -> None:
    if terms.start_date and terms.end_date and terms.end_date < terms.start_date:
        raise UnableToSave("ends_before", "It ends before it starts.", "end_date")

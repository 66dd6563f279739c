"""What merchants tell by postback, read and checked: see docs/affiliate.md for the format."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass, field

from rest_framework import serializers

from ledger.units import LARGEST
from partnerships.affiliate_commission import Item

CREATED, REFUNDED, CANCELLED = "conversion.created", "conversion.refunded", "conversion.cancelled"
MOST_PIECES = 100_000


class Refused(Exception):
    """A postback makes no sense. `code` and the words are told to the merchant."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True)
class Order:
    """An order as the merchant tells it. `email` is the SHA-256 of the buyer's address in small letters."""

    order_id: str
    amount: int
    currency: str
    occurred_at: dt.datetime | None
    clicks: list[uuid.UUID]
    coupon: str
    items: list[Item] = field(default_factory=list)
    email: str = ""
    ip: str = ""


@dataclass(frozen=True)
class Refund:
    """Of `amount`, or (None) of all that is left of the order."""

    order_id: str
    amount: int | None
    currency: str
    occurred_at: dt.datetime | None


@dataclass(frozen=True)
class Event:
    type: str
    said: Order | Refund


class _Item(serializers.Serializer):
    product = serializers.CharField(max_length=80)
    amount = serializers.IntegerField(min_value=0, max_value=LARGEST)
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_PIECES, default=1)


class _Buyer(serializers.Serializer):
    email_sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", required=False, default="")
    ip = serializers.IPAddressField(required=False, default="")


class _Order(serializers.Serializer):
    order_id = serializers.CharField(max_length=100)
    amount = serializers.IntegerField(min_value=0, max_value=LARGEST)
    currency = serializers.RegexField(r"^[A-Z]{3}$")
    occurred_at = serializers.DateTimeField(required=False, default=None)
    click_id = serializers.CharField(max_length=100, required=False, allow_blank=True, default="")
    click_ids = serializers.ListField(
        child=serializers.CharField(max_length=100, allow_blank=True),
        max_length=50,
        required=False,
        default=list,
    )
    coupon = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    items = _Item(many=True, required=False, default=list)
    buyer = _Buyer(required=False, default=dict)


class _Refund(serializers.Serializer):
    order_id = serializers.CharField(max_length=100)
    amount = serializers.IntegerField(min_value=1, max_value=LARGEST, required=False, default=None)
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False, default="")
    occurred_at = serializers.DateTimeField(required=False, default=None)


class _Cancellation(_Refund):
    amount = None


def read(body: str) -> Event:
    """Raises Refused."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused("not_json", "The body is not JSON.") from error
    if not isinstance(told, dict) or not isinstance(told.get("data"), dict):
        raise Refused("invalid", "The body is an object with `type` and `data`.")
    kinds = {CREATED: _Order, REFUNDED: _Refund, CANCELLED: _Cancellation}
    kind = told.get("type")
    if not isinstance(kind, str) or kind not in kinds:
        raise Refused("unknown_type", f"The type is one of {', '.join(kinds)}.")
    said = kinds[kind](data=told["data"])
    if not said.is_valid():
        raise Refused("invalid", _first(said.errors)[:300])
    facts = said.validated_data
    return Event(kind, _order(facts) if kind == CREATED else _refund(facts))


def _order(facts: dict) -> Order:
    items = [Item(**item) for item in facts["items"]]
    if sum(item.amount for item in items) > facts["amount"]:
        raise Refused("items_exceed_amount", "The items cost more than the order.")
    return Order(
        order_id=facts["order_id"],
        amount=facts["amount"],
        currency=facts["currency"],
        occurred_at=facts["occurred_at"],
        clicks=[found for each in (facts["click_id"], *facts["click_ids"]) if (found := _uuid(each))],
        coupon=facts["coupon"].strip().upper(),
        items=items,
        email=facts["buyer"].get("email_sha256", ""),
        ip=facts["buyer"].get("ip", ""),
    )


def _refund(facts: dict) -> Refund:
    return Refund(facts["order_id"], facts.get("amount"), facts["currency"], facts["occurred_at"])


def _uuid(text: str) -> uuid.UUID | None:
    """None for what no click of ours is called: visitors can write anything into an address."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _first(errors, path: str = "") -> str:
    """The first thing that is wrong, and where."""
    if isinstance(errors, dict):
        name, below = next((name, below) for name, below in errors.items() if below)
        return _first(below, f"{path}.{name}" if path else str(name))
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        place, below = next((place, below) for place, below in enumerate(errors) if below)
        return _first(below, f"{path}[{place}]")
    return f"{path}: {errors[0]}"

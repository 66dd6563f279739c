"""What programs are told of other income."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping

from django.conf import settings
from django.utils.module_loading import import_string

from partnerships.affiliate_states import ConversionState
from partnerships.models import AffiliateConversion, DealEvent, Enrolment, MerchOrder

_ID = "019caf5b-6c00-7000-8000-001a2b3c4d5e"
_REFUNDED = "affiliate_conversion.refunded"


def _money(amount: int, currency: str = "EUR") -> dict:
    return {"amount": amount, "currency": currency}


_DEAL = {
    "id": _ID,
    "title": "Year of Aurora",
    "brand": "Aurora Audio",
    "from_stage": "negotiating",
    "stage": "contracted",
    "value": _money(120_000),
    "moved_at": "2026-03-02T12:00:00Z",
}
_ORDER = {
    "id": _ID,
    "store": "019caf5b-6c00-7000-8000-002a2b3c4d5e",
    "number": "#1042",
    "state": "shipped",
    "total": _money(4_900),
    "refunded": _money(0),
    "earned": _money(3_380),
    "placed_at": "2026-03-02T09:00:00Z",
}
_CONVERSION = {
    "id": _ID,
    "programme": "Tessellate Studio Gear",
    "order": "10042",
    "state": "held",
    "amount": _money(12_500),
    "refunded": _money(0),
    "commission": _money(1_250),
    "kept": _money(1_250),
    "reason": "",
    "converted_at": "2026-03-02T12:00:00Z",
    "payable_at": "2026-04-01T12:00:00Z",
}
_HAPPENS = {
    ConversionState.HELD: "You brought an order; its commission is held.",
    ConversionState.APPROVED: "A commission is yours, pending until its hold ends.",
    ConversionState.PAYABLE: "A commission is available.",
    ConversionState.REJECTED: "A commission was rejected; `reason` says why.",
    ConversionState.REVERSED: "The whole order was sent back, and the commission with it.",
}
_PROGRAMME = {"programme": "creator-fund", "name": "Creator fund"}

TYPES = (
    {"code": "brand_deal.moved", "about": "A deal of yours came to another stage.", "example": _DEAL},
    {
        "code": "merch_order.changed",
        "about": "A store, or a file of yours, told something new of an order: it was placed, paid, shipped "
        "or refunded.",
        "example": _ORDER,
    },
    *(
        {
            "code": f"affiliate_conversion.{state}",
            "about": about,
            "example": _CONVERSION | {"state": str(state)},
        }
        for state, about in _HAPPENS.items()
    ),
    {
        "code": _REFUNDED,
        "about": "A part of an order was sent back, and that share of the commission with it.",
        "example": _CONVERSION | {"refunded": _money(2_500), "kept": _money(1_000)},
    },
    {
        "code": "programme.enrolled",
        "about": "You take part in a programme; days count from `first_date` on.",
        "example": _PROGRAMME | {"first_date": "2026-03-02"},
    },
    {
        "code": "programme.refused",
        "about": "Your application to a programme was refused.",
        "example": _PROGRAMME | {"reason": "Your channel is younger than 30 days."},
    },
    {
        "code": "programme.suspended",
        "about": "Your part in a programme is suspended; days from `first_date` on don't count.",
        "example": _PROGRAMME | {"reason": "We look at odd views.", "first_date": "2026-03-02"},
    },
    {
        "code": "programme.resumed",
        "about": "Your part in a programme goes on; days from `first_date` on count again.",
        "example": _PROGRAMME | {"reason": "The views are real.", "first_date": "2026-03-09"},
    },
    {
        "code": "programme.credited",
        "about": "A month of a programme is closed: `earned` is available, `taken` was taken back for "
        "earlier months.",
        "example": _PROGRAMME | {"last_date": "2026-02-28", "earned": _money(12_345), "taken": _money(0)},
    },
)
"""Declarations of `portal.webhook_types.EventType`."""


def publish_deal_move(event: DealEvent) -> None:
    """In the transaction of the move."""
    deal = event.deal
    _publish(
        deal.creator_id,
        "brand_deal.moved",
        f"deal-event:{event.pk}",
        event.at,
        lambda: {
            "id": deal.pk,
            "title": deal.title,
            "brand": deal.brand.name,
            "from_stage": event.from_stage,
            "stage": event.to_stage,
            "value": _money(deal.value, deal.currency),
            "moved_at": event.at,
        },
    )


def publish_merch_order(order: MerchOrder, *, key: str, at: dt.datetime) -> None:
    """In the transaction that learns of it. `key` names what was learnt."""
    _publish(
        order.creator_id,
        "merch_order.changed",
        key,
        at,
        lambda: {
            "id": order.pk,
            "store": order.store_id,
            "number": order.number,
            "state": order.state,
            **{
                name: _money(getattr(order, name), order.currency) for name in ("total", "refunded", "earned")
            },
            "placed_at": order.placed_at,
        },
    )


def publish_conversion(conversion: AffiliateConversion, *, at: dt.datetime) -> None:
    """That it came to the state it is in, in the transaction in which it does."""
    state = str(conversion.state)
    _publish_conversion(
        conversion, f"affiliate_conversion.{state}", f"conversion:{conversion.pk}:{state}", at
    )


def publish_refund(conversion: AffiliateConversion, *, reversal_id: uuid.UUID, at: dt.datetime) -> None:
    """That a part of it was sent back."""
    _publish_conversion(conversion, _REFUNDED, f"conversion-refund:{reversal_id}", at)


def publish_enrolment(enrolment: Enrolment, kind: str, *, key: str, at: dt.datetime, facts: Mapping) -> None:
    """As `programme.<kind>`, in the transaction in which it happens; `facts` as in its example."""
    programme = enrolment.programme
    _publish(
        enrolment.creator_id,
        f"programme.{kind}",
        f"programme:{kind}:{key}",
        at,
        lambda: {"programme": programme.slug, "name": programme.name, **facts},
    )


def _publish_conversion(conversion: AffiliateConversion, code: str, key: str, at: dt.datetime) -> None:
    def data() -> dict:
        sums = ("amount", "refunded", "commission", "kept")
        return {
            "id": conversion.pk,
            "programme": conversion.programme.name,
            "order": conversion.order_id,
            "state": conversion.state,
            **{name: _money(getattr(conversion, name), conversion.currency) for name in sums},
            "reason": conversion.reason,
            "converted_at": conversion.converted_at,
            "payable_at": conversion.payable_at,
        }

    _publish(conversion.creator_id, code, key, at, data)


def _publish(person_id: uuid.UUID, type: str, key: str, at: dt.datetime, data: Callable[[], Mapping]) -> None:
    import_string(settings.PUBLISHER)(person_id=person_id, type=type, key=key, at=at, data=data)

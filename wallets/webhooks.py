"""What programs are told of coins and gifts."""

import datetime as dt

from django.conf import settings
from django.utils.module_loading import import_string

from ledger.units import DIAMOND, to_decimal
from wallets.models import CoinPurchase, CoinRefund, Gift, GiftReversal
from wallets.states import RefundState

GIFT, TAKEN_BACK, GIVEN_BACK = "gift.received", "gift.taken_back", "gift.given_back"
_REVERSAL = {
    "id": "019caf5b-6c00-7000-8000-00aa2b3c4d5e",
    "gift": "019caf5b-6c00-7000-8000-001a2b3c4d5e",
    "cause": "dispute",
    "diamonds": "99.00",
    "at": "2026-03-02T12:00:00Z",
}
_REFUND = {
    "id": "019caf5b-6c00-7000-8000-002a2b3c4d5e",
    "purchase": "019caf5b-6c00-7000-8000-001a2b3c4d5e",
    "reference": "2026-1A2B3C4D5E",
    "coins": "350",
    "money": {"amount": 420, "currency": "EUR"},
    "closed_at": "2026-03-03T12:00:00Z",
}
_REFUNDS = {
    RefundState.SUCCEEDED: "coin_purchase.refunded",
    RefundState.FAILED: "coin_purchase.refund_failed",
}

TYPES = (
    {
        "code": GIFT,
        "about": "Somebody sent you a gift. It may still be undone for half a minute.",
        "example": {
            "id": "019caf5b-6c00-7000-8000-001a2b3c4d5e",
            "sender": "Nora",
            "gift_type": "lantern",
            "quantity": 1,
            "coins": "99",
            "diamonds": "99.00",
            "message": "For the encore!",
            "anonymous": False,
            "stream": None,
            "streak_id": None,
            "sent_at": "2026-03-02T12:00:00Z",
        },
    },
    {
        "code": TAKEN_BACK,
        "about": "Diamonds of a gift to you went back: it was undone (cause `undo`), or the payment of its "
        "coins was disputed or refunded.",
        "example": _REVERSAL,
    },
    {
        "code": GIVEN_BACK,
        "about": "Diamonds of a gift that had been taken back are yours again: the dispute was won, or the "
        "refund failed.",
        "example": _REVERSAL,
    },
    {
        "code": "coin_purchase.completed",
        "about": "Coins that you bought are in your wallet.",
        "example": {
            "id": "019caf5b-6c00-7000-8000-001a2b3c4d5e",
            "reference": "2026-1A2B3C4D5E",
            "coins": "350",
            "bonus_coins": "0",
            "price": {"amount": 420, "currency": "EUR"},
            "created_at": "2026-03-02T12:00:00Z",
            "closed_at": "2026-03-02T12:01:00Z",
        },
    },
    {
        "code": "coin_purchase.refunded",
        "about": "Money of a purchase was paid back to you; its coins had left your wallet before.",
        "example": _REFUND,
    },
    {
        "code": "coin_purchase.refund_failed",
        "about": "The provider could not pay it back, or the bank sent it back; the coins are in your wallet "
        "again.",
        "example": _REFUND,
    },
)
"""Declarations of `portal.webhook_types.EventType`. Gifts are published by who reads them afterwards: nothing
is added to sending one."""


def publish_completed(purchase: CoinPurchase, *, at: dt.datetime) -> None:
    """In the transaction that credits it."""
    _publish(
        person_id=purchase.viewer_id,
        type="coin_purchase.completed",
        key=f"purchase:{purchase.pk}",
        at=at,
        data=lambda: {
            "id": purchase.pk,
            "reference": purchase.reference,
            "coins": str(purchase.coins),
            "bonus_coins": str(purchase.bonus_coins),
            "price": {"amount": purchase.price, "currency": purchase.currency},
            "created_at": purchase.created_at,
            "closed_at": purchase.closed_at,
        },
    )


def publish_refund(refund: CoinRefund, *, at: dt.datetime) -> None:
    """That it succeeded or failed, in the transaction in which it does; nothing of its other states."""
    code, purchase = _REFUNDS.get(RefundState(refund.state)), refund.purchase
    if code is None:
        return
    _publish(
        person_id=purchase.viewer_id,
        type=code,
        key=f"{code}:{refund.pk}",
        at=at,
        data=lambda: {
            "id": refund.pk,
            "purchase": purchase.pk,
            "reference": purchase.reference,
            "coins": str(refund.coins),
            "money": {"amount": refund.amount, "currency": purchase.currency},
            "closed_at": refund.closed_at,
        },
    )


def gift_data(gift: Gift) -> dict:
    return {
        "id": gift.pk,
        "sender": gift.sender,
        "gift_type": gift.gift_type.slug,
        "quantity": gift.quantity,
        "coins": str(gift.coins),
        "diamonds": _diamonds(gift.diamonds),
        "message": gift.message,
        "anonymous": gift.anonymous,
        "stream": gift.stream_id,
        "streak_id": gift.streak_id,
        "sent_at": gift.sent_at,
    }


def reversal_data(reversal: GiftReversal) -> dict:
    return {
        "id": reversal.pk,
        "gift": reversal.gift_id,
        "cause": reversal.cause,
        "diamonds": _diamonds(abs(reversal.diamonds)),
        "at": reversal.at,
    }


def _diamonds(parts: int) -> str:
    return str(to_decimal(parts, DIAMOND))


def _publish(**happening) -> None:
    import_string(settings.PUBLISHER)(**happening)

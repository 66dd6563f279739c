"""What stores, their deliveries and their orders can be.

delivery   waiting ──> done | ignored | failed        (any of these ──> waiting: a replay)
store      active <──> paused        either ──> removed
"""

from django.db import models


class Platform(models.TextChoices):
    SHOPIFY = "shopify", "Shopify"
    WOOCOMMERCE = "woocommerce", "WooCommerce"
    GENERIC = "generic", "Another shop"


class StoreState(models.TextChoices):
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    """Deliveries are kept, and wait."""
    REMOVED = "removed", "Removed"
    """Its address answers nobody any more; what it brought stays."""


class DeliveryOutcome(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    IGNORED = "ignored", "Ignored"
    """It is about something that brings no income: kept, with the reason."""
    FAILED = "failed", "Failed"
    """It could not be understood: kept, with the reason, to be played again."""


class OrderState(models.TextChoices):
    AWAITED = "awaited", "Awaited"
    """A refund or a shipment was told of, and not yet the order itself."""
    PLACED = "placed", "Not paid"
    PAID = "paid", "To be shipped"
    PART_SHIPPED = "part_shipped", "Partly shipped"
    SHIPPED = "shipped", "Shipped"
    CANCELLED = "cancelled", "Cancelled"


class EarningKind(models.TextChoices):
    SHIPMENT = "shipment", "Shipped"
    REFUND = "refund", "Refunded"
    FEES = "fees", "Fees"


class Contradiction(models.TextChoices):
    """Where an order's own words don't fit its movements. The movements count."""

    REFUNDED = "refunded", "It says that all of it was refunded; its refunds are less."
    OVER_REFUNDED = "over_refunded", "Its refunds are more than was paid."
    CANCELLED = "cancelled", "It says that it was cancelled; some of it was shipped."
    REFUND_LINES = "refund_lines", "The lines of a refund say another sum than the one that moved."
    CURRENCY = "currency", "A refund is in a currency whose rate the order does not tell."

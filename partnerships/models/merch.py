"""Shops elsewhere, the orders they tell us of, and what those earned. Amounts in the smallest part."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from uuid_utils.compat import uuid7

from ledger.encryption import EncryptedTextField
from partnerships.merch_states import Contradiction, EarningKind, OrderState, Platform, StoreState


class Store(models.Model):
    """A creator's shop. Fees are what platform and payment cost: `fee_fixed` an order in `currency`, and
    `fee_per_mille` of what the buyer paid. `domain` is the shop's own address, as its deliveries name it.
    The secret of before signs until `old_until`; `refused_at` is when something came that none had signed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="merch_stores"
    )
    platform = models.CharField(max_length=11, choices=Platform)
    name = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    domain = models.CharField(max_length=253, blank=True, default="")
    secret = EncryptedTextField(blank=True, default="")
    old_secret = EncryptedTextField(blank=True, default="")
    old_until = models.DateTimeField(null=True, blank=True)
    rotation_key = models.CharField(max_length=120, blank=True, default="")
    fee_fixed = models.BigIntegerField(default=0)
    fee_per_mille = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=7, choices=StoreState, default=StoreState.ACTIVE)
    connected_at = models.DateTimeField()
    last_delivery_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(fee_fixed__gte=0, fee_per_mille__lte=1000), name="store_fees_possible"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partnerships:store", args=[self.pk])

    def secrets_at(self, moment: dt.datetime) -> list[str]:
        """Those whose signatures count."""
        old = self.old_secret if self.old_until and moment < self.old_until else ""
        return [secret for secret in (self.secret, old) if secret]


class ItemCost(models.Model):
    """What one piece of a product costs its creator, from a day on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="costs")
    product_id = models.CharField(max_length=64)
    cost = models.BigIntegerField()
    effective_date = models.DateField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "product_id", "effective_date"], name="item_cost_once_a_day"
            ),
            models.CheckConstraint(condition=Q(cost__gte=0), name="item_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} from {self.effective_date}"


class MerchOrder(models.Model):
    """An order as far as its store told us. `known` is all that the store's deliveries told and `filed` all
    that files of its creator did, each put together by `merchandise.facts.merge`; everything else here,
    lines, refunds and earnings follow from them.

    `total` is what the buyer paid, `tax`, `shipping` and `discount` parts of it, `fees` what platform and
    payment took. `fee_fixed` and `fee_per_mille` are the store's when it first told of the order. `rates` are
    by day what one unit of the store's currency was in the order's, where they differ and it mattered;
    `unconverted` says that one was missing. `recount`: something else that it depends on changed, as a cost;
    `stuck_at` is when that last failed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="orders")
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="merch_orders"
    )
    external_id = models.CharField(max_length=64)
    number = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=12, choices=OrderState, default=OrderState.AWAITED)
    currency = models.CharField(max_length=3)
    placed_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField()
    total = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    shipping = models.BigIntegerField(default=0)
    discount = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    fees = models.BigIntegerField(default=0)
    earned = models.BigIntegerField(default=0)
    fee_fixed = models.BigIntegerField(default=0)
    fee_per_mille = models.PositiveSmallIntegerField(default=0)
    contradiction = models.CharField(max_length=13, choices=Contradiction, blank=True, default="")
    told_amount = models.BigIntegerField(null=True, blank=True)
    moved_amount = models.BigIntegerField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    known = models.JSONField(default=dict, blank=True)
    filed = models.JSONField(default=dict, blank=True)
    rates = models.JSONField(default=dict, blank=True)
    unconverted = models.BooleanField(default=False)
    recount = models.BooleanField(default=False)
    stuck_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        permissions = [("settle_merchorder", "Can settle orders that contradict themselves")]
        constraints = [
            models.UniqueConstraint(fields=["store", "external_id"], name="merch_order_once"),
        ]
        indexes = [
            models.Index(fields=["creator", "-placed_at"], name="merch_order_newest"),
            models.Index(fields=["id"], condition=Q(recount=True), name="merch_order_recount"),
        ]

    def __str__(self) -> str:
        return self.number or self.external_id

    def get_absolute_url(self) -> str:
        return reverse("partnerships:merch_order", args=[self.pk])


class OrderLine(models.Model):
    """`net` is what the line brings once all of it is shipped: price times quantity less discount, without
    tax. `cost` is of one piece, as last used; nothing where it is not known."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(MerchOrder, on_delete=models.CASCADE, related_name="lines")
    external_id = models.CharField(max_length=64)
    product_id = models.CharField(max_length=64, blank=True, default="")
    variant_id = models.CharField(max_length=64, blank=True, default="")
    sku = models.CharField(max_length=100, blank=True, default="")
    title = models.CharField(max_length=200)
    variant = models.CharField(max_length=100, blank=True, default="")
    quantity = models.PositiveIntegerField()
    shipped = models.PositiveIntegerField(default=0)
    unit_price = models.BigIntegerField()
    discount = models.BigIntegerField()
    tax = models.BigIntegerField()
    net = models.BigIntegerField()
    cost = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "external_id"], name="order_line_once"),
            models.CheckConstraint(condition=Q(shipped__lte=F("quantity")), name="order_line_shipped"),
        ]

    def __str__(self) -> str:
        return self.title


class OrderRefund(models.Model):
    """Money that went back to the buyer: `amount` in the order's currency, of which `goods` for lines.
    `told` is what its own lines, tax and shipping add up to, where they were told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(MerchOrder, on_delete=models.CASCADE, related_name="refunds")
    external_id = models.CharField(max_length=64)
    refunded_at = models.DateTimeField()
    amount = models.BigIntegerField()
    goods = models.BigIntegerField()
    told = models.BigIntegerField(null=True)
    restocked = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "external_id"], name="order_refund_once")]

    def __str__(self) -> str:
        return self.external_id


class MerchEarning(models.Model):
    """What one shipment of a line earned, one refund took back, or an order's fees cost, on a UTC day.
    `quantity` counts pieces, below zero where they came back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    creator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="merch_earnings"
    )
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="earnings")
    order = models.ForeignKey(MerchOrder, on_delete=models.CASCADE, related_name="earnings")
    kind = models.CharField(max_length=8, choices=EarningKind)
    movement = models.CharField(max_length=64)
    line = models.CharField(max_length=64, blank=True, default="")
    product_id = models.CharField(max_length=64, blank=True, default="")
    title = models.CharField(max_length=200, blank=True, default="")
    date = models.DateField()
    currency = models.CharField(max_length=3)
    quantity = models.IntegerField()
    sales = models.BigIntegerField()
    refunds = models.BigIntegerField()
    costs = models.BigIntegerField()
    fees = models.BigIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "kind", "movement", "line"], name="merch_earning_once"),
            models.CheckConstraint(
                condition=Q(amount=F("sales") - F("refunds") - F("costs") - F("fees")),
                name="merch_earning_adds_up",
            ),
        ]
        indexes = [
            models.Index(fields=["creator", "date"], name="merch_earning_day"),
            models.Index(fields=["store", "product_id"], name="merch_earning_product"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.order_id} on {self.date}"

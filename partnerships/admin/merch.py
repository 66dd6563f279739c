"""Stores, what they sent, and orders that contradict themselves."""

import datetime as dt

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django_object_actions import action

from ledger.admin import ReadOnlyAdmin
from ledger.confirmed import ConfirmedAdmin, sent
from ledger.units import format_amount
from partnerships.merch_states import DeliveryOutcome
from partnerships.models import MerchEarning, MerchOrder, OrderLine, OrderRefund, RawDelivery, Store
from partnerships.operations.merch_orders import NothingToSettle, NotPermitted, settle_contradiction
from partnerships.operations.store_deliveries import NotReplayable, replay


def _money(parts: int | None, currency: str) -> str:
    return "–" if parts is None else format_amount(parts, currency, get_language() or "en")


class RowsInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


class LineInline(RowsInline):
    model = OrderLine
    fields = ("external_id", "title", "variant", "sku", "quantity", "shipped", "net_money")
    readonly_fields = ("net_money",)

    @admin.display(description="without tax")
    def net_money(self, line: OrderLine) -> str:
        return _money(line.net, line.order.currency)


class RefundInline(RowsInline):
    model = OrderRefund
    fields = ("refunded_at", "external_id", "moved", "said", "restocked")
    readonly_fields = ("moved", "said")

    @admin.display(description="went back")
    def moved(self, refund: OrderRefund) -> str:
        return _money(refund.amount, refund.order.currency)

    @admin.display(description="its lines say")
    def said(self, refund: OrderRefund) -> str:
        return _money(refund.told, refund.order.currency)


class EarningInline(RowsInline):
    model = MerchEarning
    fields = ("date", "kind", "title", "quantity", "earned")
    readonly_fields = ("earned",)

    @admin.display
    def earned(self, earning: MerchEarning) -> str:
        return _money(earning.amount, earning.currency)


class StandingFilter(admin.SimpleListFilter):
    title = parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [("open", "To be looked at"), ("settled", "Settled"), ("none", "None")]

    def queryset(self, request, queryset):
        if self.value() == "none":
            return queryset.filter(contradiction="")
        if self.value() in ("open", "settled"):
            return queryset.exclude(contradiction="").filter(looked_at__isnull=self.value() == "open")
        return queryset


@admin.register(MerchOrder)
class MerchOrderAdmin(ConfirmedAdmin):
    refusals = (NothingToSettle, NotPermitted)
    list_display = ("__str__", "creator", "store", "placed_at", "state", "paid", "went_back", "contradiction")
    list_filter = (StandingFilter, "state", "contradiction", "store__platform")
    list_select_related = ("creator", "store")
    search_fields = ("=number", "=external_id", "=creator__handle", "=creator__email")
    search_help_text = "The whole number of an order, or the handle or email of its creator."
    ordering = ("-id",)
    fields = (
        "external_id", "number", "creator", "store", "state", "placed_at", "heard_at", "paid", "went_back",
        "earned_money", "contradiction", "told", "moved", "looked_at", "looked_by",
    )  # fmt: skip
    readonly_fields = ("paid", "went_back", "earned_money", "told", "moved")
    inlines = (LineInline, RefundInline, EarningInline)
    change_actions = ("settle",)
    view_on_site = False  # its page is the creator's

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).defer("known", "filed")

    @admin.display(description="paid", ordering="total")
    def paid(self, order: MerchOrder) -> str:
        return _money(order.total, order.currency)

    @admin.display(description="refunded", ordering="refunded")
    def went_back(self, order: MerchOrder) -> str:
        return _money(order.refunded, order.currency)

    @admin.display(description="earned")
    def earned_money(self, order: MerchOrder) -> str:
        return _money(order.earned, order.currency)

    @admin.display(description="what it says")
    def told(self, order: MerchOrder) -> str:
        return _money(order.told_amount, order.currency)

    @admin.display(description="what moved")
    def moved(self, order: MerchOrder) -> str:
        return _money(order.moved_amount, order.currency)

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        order = self.get_object(request, object_id)
        waits = order is not None and order.contradiction and order.looked_at is None
        return self.change_actions if waits and self._may(request) else ()

    def _may(self, request: HttpRequest) -> bool:
        return request.user.has_perm("partnerships.settle_merchorder")

    @action(label="Settle", methods=("POST",), button_type="form")
    def settle(self, request: HttpRequest, order: MerchOrder) -> HttpResponse:
        if not self._may(request):
            raise PermissionDenied

        def act(at: dt.datetime) -> str:
            settle_contradiction(order_id=order.pk, actor=request.user, at=at)
            return f"Settled: what moved counts, {self.moved(order)}."

        return self.ask(
            request, order, forms.Form(sent(request)), act, title=f"Settle order {order}?",
            button="Settle it",
            intro="What moved counts already, and goes on counting. Settle it once you have understood why "
            "the order says otherwise; other figures will bring it back here.",
            facts=[
                ("What is wrong", order.get_contradiction_display()),
                ("It says", self.told(order)),
                ("What moved", self.moved(order)),
            ],
        )  # fmt: skip


@admin.register(RawDelivery)
class RawDeliveryAdmin(ConfirmedAdmin):
    refusals = (NotReplayable, NotPermitted)
    list_display = ("received_at", "store", "topic", "outcome", "reason", "order")
    list_filter = ("outcome", "store__platform", "topic")
    list_select_related = ("store", "order")
    search_fields = ("=delivery_id", "=order__number", "=store__creator__handle", "=digest")
    search_help_text = "The whole id of a delivery, number of an order or handle of a creator."
    ordering = ("-received_at",)
    exclude = ("sealed",)  # names and addresses of buyers
    change_actions = ("play_again",)
    view_on_site = False

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).defer("sealed", "order__known", "order__filed")

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        delivery = self.get_object(request, object_id)
        handled = delivery is not None and delivery.outcome != DeliveryOutcome.WAITING
        return self.change_actions if handled and self._may(request) else ()

    def _may(self, request: HttpRequest) -> bool:
        return request.user.has_perm("partnerships.replay_rawdelivery")

    @action(label="Play it again", methods=("POST",), button_type="form")
    def play_again(self, request: HttpRequest, delivery: RawDelivery) -> HttpResponse:
        if not self._may(request):
            raise PermissionDenied

        def act(at: dt.datetime) -> str:
            played = replay(delivery_id=delivery.pk, actor=request.user, at=at)
            return f"Played again: {played.get_outcome_display().lower()}. {played.reason}".strip()

        return self.ask(
            request, delivery, forms.Form(sent(request)), act, title=f"Play {delivery} again?",
            button="Play it again",
            intro="It is read once more, as it came. What it says that is known already changes nothing.",
            facts=[("Store", delivery.store.name), ("Outcome", delivery.get_outcome_display()),
                   ("Why", delivery.reason or "–")],
        )  # fmt: skip


@admin.register(Store)
class StoreAdmin(ReadOnlyAdmin):
    list_display = ("name", "creator", "platform", "state", "domain", "last_delivery_at", "refused_at")
    list_filter = ("state", "platform")
    list_select_related = ("creator",)
    search_fields = ("=creator__handle", "=creator__email", "domain")
    ordering = ("-id",)
    exclude = ("secret", "old_secret", "rotation_key")
    view_on_site = False

import datetime as dt

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django_object_actions import action

from ledger.units import COIN, format_amount
from wallets.admin.base import ConfirmedAdmin, PricedAdmin, sent
from wallets.models import CoinPurchase, CoinRefund, Dispute, ProviderEvent
from wallets.operations.events import look_again
from wallets.providers import ForgedEvent, UnknownProvider
from wallets.states import EventOutcome


class ProviderEventInline(admin.TabularInline):
    model = ProviderEvent
    fields = ["received_at", "kind", "outcome", "note", "event_id"]
    readonly_fields = fields
    ordering = ["id"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request, obj=None) -> bool:
        return False


class ClaimInline(admin.TabularInline):
    ordering = ["id"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    @admin.display(description="amount")
    def money(self, claim: CoinRefund | Dispute) -> str:
        return format_amount(claim.amount, claim.currency, get_language() or "en")


class RefundInline(ClaimInline):
    model = CoinRefund
    fields = readonly_fields = ["requested_at", "origin", "coins", "money", "state", "reason"]


class DisputeInline(ClaimInline):
    model = Dispute
    fields = readonly_fields = ["opened_at", "coins", "money", "state", "reason", "closed_at"]


@admin.register(CoinPurchase)
class CoinPurchaseAdmin(PricedAdmin):
    list_display = ["created_at", "viewer", "bought", "money", "state", "provider"]
    list_filter = ["state", "provider", "currency", "created_at"]
    list_select_related = ["viewer"]
    search_fields = [
        "=id", "=provider_reference", "=payment_reference", "=charge_reference", "=viewer__email",
        "=viewer__handle",
    ]  # fmt: skip
    search_help_text = "The whole purchase number, reference at the provider, email or handle."
    ordering = ["-id"]
    fields = [
        "id", "reference", "viewer", "package", "promotion", "bought", "bonus_coins", "money", "money_before",
        "state", "reason", "provider", "provider_reference", "payment_reference", "charge_reference", "entry",
        "key", "created_at", "opened_at", "asked_at", "closed_at",
    ]  # fmt: skip
    inlines = [RefundInline, DisputeInline, ProviderEventInline]

    @admin.display(description="price without the promotion")
    def money_before(self, purchase: CoinPurchase) -> str:
        if purchase.list_price is None:
            return "–"
        return format_amount(purchase.list_price, purchase.currency, get_language() or "en")

    @admin.display(ordering="coins")
    def bought(self, purchase: CoinPurchase) -> str:
        return format_amount(purchase.coins, COIN, get_language() or "en")


@admin.register(ProviderEvent)
class ProviderEventAdmin(ConfirmedAdmin):
    refusals = (ForgedEvent, UnknownProvider)
    list_display = ["received_at", "provider", "kind", "outcome", "note", "purchase"]
    list_filter = ["outcome", "provider", "kind", "received_at"]
    list_select_related = ["purchase"]
    search_fields = [
        "=event_id", "=purchase__id", "=purchase__provider_reference", "=payment_reference",
        "=charge_reference",
    ]  # fmt: skip
    search_help_text = "The whole event id, purchase number or provider reference."
    ordering = ["-id"]
    exclude = ["raw"]  # names and addresses of buyers
    change_actions = ["apply_again"]

    def get_change_actions(self, request: HttpRequest, object_id, form_url):
        event = self.get_object(request, object_id)
        parked = event is not None and event.outcome == EventOutcome.PARKED
        return self.change_actions if parked and self.may_apply(request) else ()

    def may_apply(self, request: HttpRequest) -> bool:
        return request.user.has_perm("wallets.change_providerevent")

    @action(
        label="Look at it again",
        description="Apply this event anew, now that what it lacked has been put right.",
        methods=("GET", "POST"),
        button_type="a",
    )
    def apply_again(self, request: HttpRequest, event: ProviderEvent) -> HttpResponse:
        def act(now: dt.datetime) -> str:
            kept = look_again(event_id=event.pk, at=now, actor=request.user)
            return f"Looked at again: {kept.get_outcome_display().lower()}. {kept.note}".strip()

        return self.ask(
            request,
            event,
            forms.Form(sent(request)),
            act,
            may=self.may_apply(request),
            title=f"Look again at {event}",
            intro="If it fits now, it is applied at once: coins and money move as it says.",
            button="Apply it",
            facts=[
                ("Event", f"{event.kind}, {event.event_id}"),
                ("Purchase", str(event.purchase or "none that we know")),
                ("What did not fit", event.note),
            ],
        )
